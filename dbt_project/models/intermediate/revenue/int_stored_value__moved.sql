-- What raises and lowers the value buyers hold with a shop. The cards themselves tell what was
-- sold, given away, expired and switched off; where a shop's cards aren't to be read, its orders
-- tell what was sold. Payments by card and refunds to one are the orders'. A tender, so no row is a
-- sale.
with

cards as (
    select * from {{ ref('int_gift_cards__moved') }}
),

accounts_with_cards as (
    select distinct account from {{ ref('stg_shopify__gift_cards') }}
),

ledger as (
    select * from {{ ref('int_ledger_entries__booked') }}
    where kind = 'gift_card_sold' and amount <> 0
),

orders as (
    select * from {{ ref('int_orders__dated') }}
    where not is_test
),

transactions as (
    select * from {{ ref('stg_shopify__transactions') }}
    where
        status = 'success'
        and gateway in ('gift_card', 'shopify_store_credit')
        and kind in ('sale', 'capture', 'refund')
),

moved as (
    select
        system,
        account,
        legal_entity,
        movement_id,
        instrument,
        kind,
        gift_card_id,
        order_id,
        transaction_id,
        event_at,
        event_date,
        currency,
        amount
    from cards
    union all
    select
        ledger.system,
        ledger.account,
        ledger.legal_entity,
        'ledger:' || ledger.ledger_id as movement_id,
        'gift_card' as instrument,
        'issued' as kind,
        {{ to_text('null') }} as gift_card_id,
        ledger.order_id,
        {{ to_text('null') }} as transaction_id,
        ledger.event_at,
        ledger.event_date,
        ledger.currency,
        ledger.amount
    from ledger
    left join accounts_with_cards on ledger.account = accounts_with_cards.account
    where accounts_with_cards.account is null
    union all
    select
        orders.system,
        transactions.account,
        orders.legal_entity,
        'transaction:' || transactions.transaction_id as movement_id,
        case when transactions.gateway = 'gift_card' then 'gift_card' else 'store_credit' end
            as instrument,
        case when transactions.kind = 'refund' then 'refunded' else 'redeemed' end as kind,
        {{ to_text('null') }} as gift_card_id,
        transactions.order_id,
        transactions.transaction_id,
        transactions.processed_at as event_at,
        {{ local_date('transactions.processed_at', 'orders.zone') }} as event_date,
        transactions.currency,
        case
            when transactions.kind = 'refund' then transactions.transaction_amount
            else -transactions.transaction_amount
        end as amount
    from transactions
    inner join orders
        on
            transactions.account = orders.account
            and transactions.order_id = orders.order_id
)

select * from moved
