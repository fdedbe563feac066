{{ config(materialized='view') }}

with

current_rows as (
    {{
        children_of(
            'stg_shopify__subscription_contracts',
            'contract_gid',
            'raw_shopify',
            'subscription_lines',
            'contract_id'
        )
    }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('contract_id') }} as contract_id,
        {{ gid_tail('id') }} as line_id,
        {{ gid_tail('product_id') }} as product_id,
        {{ gid_tail('variant_id') }} as variant_id,
        {{ to_text('sku') }} as sku,
        {{ to_text('title') }} as title,
        cast(quantity as bigint) as quantity,
        {{ to_text('current_price__currency_code') }} as currency,
        cast(current_price__amount as decimal(38, 4)) as unit_price_amount,
        cast(line_discounted_price__amount as decimal(38, 4)) as line_price_amount,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from current_rows
)

select * from renamed
