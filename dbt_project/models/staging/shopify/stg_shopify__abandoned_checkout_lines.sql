{{ config(materialized='view') }}

with

current_rows as (
    {{
        children_of(
            'stg_shopify__abandoned_checkouts', 'checkout_gid', 'raw_shopify', 'abandoned_checkout_lines', 'checkout_id'
        )
    }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('checkout_id') }} as checkout_id,
        {{ gid_tail('id') }} as line_id,
        {{ gid_tail('product__id') }} as product_id,
        {{ gid_tail('variant__id') }} as variant_id,
        {{ to_text('sku') }} as sku,
        {{ to_text('title') }} as title,
        {{ to_text('variant_title') }} as variant_title,
        cast(quantity as bigint) as quantity,
        {{ money_bag('original_unit_price_set', 'unit_price') }},
        {{ money_bag('original_total_price_set', 'list_price') }},
        {{ money_bag('discounted_total_price_set', 'total_price') }},
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from current_rows
)

select * from renamed
