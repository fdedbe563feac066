-- Charges of PayPal, which tells of what moved: taken, given back, and what they were told that
-- they are for.
with

transactions as (
    select * from {{ ref('stg_paypal__transactions') }}
    where kind = 'charge' and status in ('completed', 'reversed')
),

refunds as (
    select
        account,
        charge_id,
        currency_presentment as currency,
        -sum(gross_amount_presentment) as refunded_amount
    from {{ ref('int_paypal_entries__linked') }}
    where kind in ('refund', 'refund_failure')
    group by account, charge_id, currency_presentment
),

disputed as (
    select distinct
        account,
        charge_id
    from {{ ref('stg_paypal__disputes') }}
),

described as (
    select
        transactions.system,
        transactions.account,
        transactions.entry_id as charge_id,
        transactions.invoice_id as payment_id,
        case
            when transactions.custom_field like '%.% #%'
                then lower(split_part(transactions.custom_field, ' ', 1))
        end as shop_domain,
        case
            when transactions.custom_field like '%.% #%'
                then split_part(transactions.custom_field, ' ', 2)
            else transactions.custom_field
        end as order_name,
        'captured' as status,
        disputed.charge_id is not null as is_disputed,
        transactions.payer_country as country,
        'paypal' as payment_method,
        transactions.currency,
        transactions.gross_amount as amount,
        transactions.gross_amount as captured_amount,
        coalesce(refunds.refunded_amount, 0) as refunded_amount,
        transactions.occurred_at as created_at
    from transactions
    left join refunds
        on
            transactions.account = refunds.account
            and transactions.entry_id = refunds.charge_id
            and transactions.currency = refunds.currency
    left join disputed
        on
            transactions.account = disputed.account
            and transactions.entry_id = disputed.charge_id
)

select * from described
