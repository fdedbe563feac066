{{ config(materialized='view') }}

with

newest_rows as (
    {{ newest_versions('raw_shopify', 'gift_cards') }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('id') }} as gift_card_id,
        {{ gid_tail('customer__id') }} as customer_id,
        {{ gid_tail('order__id') }} as order_id,
        cast(enabled as boolean) as is_enabled,
        {{ to_text('initial_value__currency_code') }} as currency,
        cast(initial_value__amount as decimal(38, 4)) as issued_amount,
        cast(balance__amount as decimal(38, 4)) as balance_amount,
        cast(expires_on as date) as expires_on,
        cast(created_at as timestamp) as created_at,
        cast(updated_at as timestamp) as updated_at,
        cast(deactivated_at as timestamp) as deactivated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
