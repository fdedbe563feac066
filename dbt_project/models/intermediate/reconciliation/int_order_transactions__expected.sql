-- What each shop says that buyers paid or got back, and whether a payment provider should say so
-- too. The amount is in what that provider is known to charge: the buyer's currency, or the shop's.
with

transactions as (
    select * from {{ ref('stg_shopify__transactions') }}
    where kind in ('sale', 'capture', 'refund', 'authorization') and status = 'success'
),

parents as (
    select * from {{ ref('stg_shopify__transactions') }}
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
),

gateways as (
    select * from {{ ref('payment_gateways') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

described as (
    select
        transactions.system,
        transactions.account,
        accounts.legal_entity,
        transactions.transaction_id,
        transactions.order_id,
        orders.order_name,
        transactions.gateway,
        gateways.system as psp_system,
        case transactions.kind when 'refund' then 'refund' else 'charge' end as movement,
        case
            when orders.is_test or transactions.is_test then 'test'
            when transactions.kind = 'authorization' then 'authorised_only'
            when gateways.not_expected_reason is not null then gateways.not_expected_reason
            when transactions.transaction_amount_presentment = 0 then 'nothing_moved'
        end as not_expected_reason,
        transactions.payment_id,
        case when transactions.kind = 'capture' then parents.payment_id end as parent_payment_id,
        case transactions.kind when 'refund' then -1 else 1 end as sign,
        coalesce(gateways.compared_in, 'shop') as compared_in,
        transactions.transaction_amount as shop_amount,
        transactions.currency as shop_currency,
        transactions.transaction_amount_presentment as buyer_amount,
        transactions.currency_presentment as buyer_currency,
        coalesce(transactions.processed_at, transactions.created_at) as occurred_at
    from transactions
    left join parents
        on
            transactions.account = parents.account
            and transactions.parent_transaction_id = parents.transaction_id
    left join orders
        on
            transactions.account = orders.account
            and transactions.order_id = orders.order_id
    left join gateways on transactions.gateway = gateways.gateway
    left join accounts
        on
            transactions.system = accounts.system
            and transactions.account = accounts.account
),

signed as (
    select
        system,
        account,
        legal_entity,
        transaction_id,
        order_id,
        order_name,
        gateway,
        psp_system,
        movement,
        not_expected_reason,
        payment_id,
        parent_payment_id,
        {{ to_amount('sign * shop_amount') }} as shop_amount,
        shop_currency,
        {{ to_amount('sign * buyer_amount') }} as buyer_amount,
        buyer_currency,
        {{
            to_amount(
                "sign * case compared_in when 'shop' then shop_amount else buyer_amount end"
            )
        }} as amount,
        case compared_in when 'shop' then shop_currency else buyer_currency end as currency,
        occurred_at
    from described
)

select * from signed
