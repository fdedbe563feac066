{{ config(materialized='view') }}

with

newest_rows as (
    {{ newest_versions('raw_shopify', 'subscription_contracts') }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('id') }} as contract_id,
        {{ to_text('id') }} as contract_gid,
        {{ gid_tail('customer__id') }} as customer_id,
        {{ gid_tail('origin_order__id') }} as origin_order_id,
        lower({{ to_text('status') }}) as status,
        lower({{ to_text('last_payment_status') }}) as last_payment_status,
        lower({{ to_text('last_billing_attempt_error_type') }}) as last_error_type,
        lower({{ to_text('billing_policy__interval') }}) as billing_interval,
        cast(billing_policy__interval_count as bigint) as billing_interval_count,
        {{ to_text('currency_code') }} as currency,
        cast(delivery_price__amount as decimal(38, 4)) as delivery_amount,
        cast(next_billing_date as timestamp) as next_billing_at,
        cast(created_at as timestamp) as created_at,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
