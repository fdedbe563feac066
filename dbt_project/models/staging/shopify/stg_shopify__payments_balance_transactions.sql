{{ config(materialized='view') }}

with

newest_rows as (
    {{ newest_versions('raw_shopify', 'payments_balance_transactions') }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('id') }} as balance_transaction_id,
        lower({{ to_text('type') }}) as transaction_type,
        lower({{ to_text('source_type') }}) as source_type,
        {{ to_text('source_id') }} as source_id,
        {{ to_text('source_order_transaction_id') }} as transaction_id,
        {{ to_text('adjustment_reason') }} as adjustment_reason,
        {{ gid_tail('associated_order__id') }} as order_id,
        {{ gid_tail('associated_payout__id') }} as payout_id,
        lower({{ to_text('associated_payout__status') }}) as payout_status,
        cast(test as boolean) as is_test,
        {{ to_text('amount__currency_code') }} as currency,
        cast(amount__amount as decimal(38, 4)) as amount,
        cast(fee__amount as decimal(38, 4)) as fee_amount,
        cast(net__amount as decimal(38, 4)) as net_amount,
        cast(transaction_date as timestamp) as occurred_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
