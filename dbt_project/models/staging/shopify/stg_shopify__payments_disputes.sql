{{ config(materialized='view') }}

with

newest_rows as (
    {{ newest_versions('raw_shopify', 'payments_disputes') }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('id') }} as dispute_id,
        {{ gid_tail('order__id') }} as order_id,
        lower({{ to_text('type') }}) as dispute_type,
        lower({{ to_text('status') }}) as status,
        lower({{ to_text('reason_details__reason') }}) as reason,
        {{ to_text('reason_details__network_reason_code') }} as network_reason_code,
        {{ to_text('amount__currency_code') }} as currency,
        cast(amount__amount as decimal(38, 4)) as amount,
        cast(initiated_at as timestamp) as initiated_at,
        cast(evidence_due_by as timestamp) as evidence_due_at,
        cast(evidence_sent_on as timestamp) as evidence_sent_at,
        cast(finalized_on as timestamp) as finalized_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
