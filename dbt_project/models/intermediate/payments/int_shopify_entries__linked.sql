-- Balance transactions of Shopify Payments with the transaction of the shop that caused them. A
-- refund's charge is the transaction that took the money.
with

entries as (
    select * from {{ ref('stg_shopify__payments_balance_transactions') }}
    where not is_test
),

transactions as (
    select * from {{ ref('stg_shopify__transactions') }}
),

linked as (
    select
        entries.system,
        entries.account,
        entries.balance_transaction_id as entry_id,
        {{ shopify_payments_kind('entries.transaction_type', 'entries.amount') }} as kind,
        entries.transaction_type as vendor_type,
        entries.occurred_at,
        cast(null as timestamp) as available_at,
        entries.source_id,
        case
            when entries.transaction_type = 'refund'
                then coalesce(transactions.parent_transaction_id, entries.transaction_id)
            else entries.transaction_id
        end as charge_id,
        case when entries.transaction_type = 'refund' then entries.transaction_id end as refund_id,
        case when entries.source_type = 'dispute' then entries.source_id end as dispute_id,
        entries.payout_id,
        entries.transaction_id,
        {{ to_text('null') }} as payment_id,
        case when entries.order_id is not null then entries.account end as order_account,
        entries.order_id,
        false as is_release,
        false as is_bounced,
        false as is_duplicate_record,
        entries.amount as gross_amount,
        entries.fee_amount,
        cast(0 as decimal(38, 4)) as tax_on_fee_amount,
        entries.net_amount,
        entries.currency,
        cast(null as decimal(38, 4)) as gross_amount_presentment,
        {{ to_text('null') }} as currency_presentment,
        entries.fee_amount as agreed_fee_amount,
        entries.occurred_at as paid_at
    from entries
    left join transactions
        on
            entries.account = transactions.account
            and entries.transaction_id = transactions.transaction_id
)

select * from linked
