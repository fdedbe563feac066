-- What Shopify Payments took or tried to: a sale, or what was captured of an authorisation; one
-- that was never captured stands for itself. In the shop's currency, which its balance has too.
with

transactions as (
    select * from {{ ref('stg_shopify__transactions') }}
    where gateway = 'shopify_payments'
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
    where not is_test
),

balance_disputes as (
    select distinct
        account,
        transaction_id
    from {{ ref('stg_shopify__payments_balance_transactions') }}
    where source_type = 'dispute'
),

followed as (
    select
        account,
        parent_transaction_id,
        currency,
        sum(case when kind = 'refund' then transaction_amount else 0 end) as refunded_amount,
        sum(case when kind = 'capture' then 1 else 0 end) as captures_count,
        sum(case when kind = 'void' then 1 else 0 end) as voids_count
    from transactions
    where status = 'success' and parent_transaction_id is not null
    group by account, parent_transaction_id, currency
),

described as (
    select
        transactions.system,
        transactions.account,
        transactions.transaction_id as charge_id,
        {{ to_text('null') }} as customer_source_id,
        transactions.payment_id,
        {{ to_text('null') }} as shop_domain,
        transactions.order_id as named_order_id,
        transactions.account as order_account,
        transactions.order_id,
        case
            when transactions.status in ('failure', 'error') then 'failed'
            when transactions.status = 'pending' then 'pending'
            when transactions.kind in ('sale', 'capture') then 'captured'
            when coalesce(followed.voids_count, 0) > 0 then 'cancelled'
            else 'authorised'
        end as status,
        balance_disputes.transaction_id is not null as is_disputed,
        {{ to_text('null') }} as email_normalized,
        coalesce(orders.shipping_country, orders.billing_country) as country,
        'card' as payment_method,
        {{ to_text('null') }} as card_country,
        transactions.currency,
        transactions.transaction_amount as amount,
        case
            when transactions.kind in ('sale', 'capture') and transactions.status = 'success'
                then transactions.transaction_amount
            else 0
        end as captured_amount,
        coalesce(followed.refunded_amount, 0) as refunded_amount,
        transactions.processed_at as created_at
    from transactions
    inner join orders
        on
            transactions.account = orders.account
            and transactions.order_id = orders.order_id
    left join followed
        on
            transactions.account = followed.account
            and transactions.transaction_id = followed.parent_transaction_id
            and transactions.currency = followed.currency
    left join balance_disputes
        on
            transactions.account = balance_disputes.account
            and transactions.transaction_id = balance_disputes.transaction_id
    where
        transactions.kind in ('sale', 'capture')
        or (transactions.kind = 'authorization' and coalesce(followed.captures_count, 0) = 0)
)

select * from described
