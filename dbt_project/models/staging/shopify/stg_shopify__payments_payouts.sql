{{ config(materialized='view') }}

with

newest_rows as (
    {{ newest_versions('raw_shopify', 'payments_payouts') }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('id') }} as payout_id,
        lower({{ to_text('status') }}) as status,
        lower({{ to_text('transaction_type') }}) as direction,
        {{ to_text('external_trace_id') }} as external_trace_id,
        {{ to_text('net__currency_code') }} as currency,
        cast(net__amount as decimal(38, 4)) as amount,
        cast(summary__charges_gross__amount as decimal(38, 4)) as charges_amount,
        cast(summary__charges_fee__amount as decimal(38, 4)) as charges_fee_amount,
        cast(summary__refunds_fee_gross__amount as decimal(38, 4)) as refunds_amount,
        cast(summary__refunds_fee__amount as decimal(38, 4)) as refunds_fee_amount,
        cast(summary__adjustments_gross__amount as decimal(38, 4)) as adjustments_amount,
        cast(summary__adjustments_fee__amount as decimal(38, 4)) as adjustments_fee_amount,
        cast(summary__reserved_funds_gross__amount as decimal(38, 4)) as reserved_amount,
        cast(summary__reserved_funds_fee__amount as decimal(38, 4)) as reserved_fee_amount,
        cast(summary__advance_gross__amount as decimal(38, 4)) as advances_amount,
        cast(summary__advance_fees__amount as decimal(38, 4)) as advances_fee_amount,
        cast(summary__retried_payouts_gross__amount as decimal(38, 4)) as retried_amount,
        cast(summary__retried_payouts_fee__amount as decimal(38, 4)) as retried_fee_amount,
        cast(issued_at as timestamp) as issued_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
