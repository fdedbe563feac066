with

current_rows as (
    {{ current_children('raw_shopify', 'line_items') }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('order_id') }} as order_id,
        {{ gid_tail('id') }} as line_id,
        {{ gid_tail('product__id') }} as product_id,
        {{ gid_tail('variant__id') }} as variant_id,
        {{ gid_tail('line_item_group__id') }} as bundle_id,
        {{ gid_tail('line_item_group__variant_id') }} as bundle_variant_id,
        {{ to_text('line_item_group__title') }} as bundle_title,
        {{ to_text('sku') }} as sku,
        {{ to_text('title') }} as title,
        {{ to_text('variant_title') }} as variant_title,
        {{ to_text('vendor') }} as vendor,
        cast(quantity as bigint) as quantity,
        cast(current_quantity as bigint) as current_quantity,
        cast(is_gift_card as boolean) as is_gift_card,
        cast(requires_shipping as boolean) as is_shippable,
        cast(taxable as boolean) as is_taxable,
        {{ to_text('original_unit_price_set__shop_money__currency_code') }} as currency,
        {{ to_text('original_unit_price_set__presentment_money__currency_code') }}
            as currency_presentment,
        {{ money_bag('original_unit_price_set', 'unit_price') }},
        {{ money_bag('original_total_set', 'list_total') }},
        {{ money_bag('discounted_total_set', 'discounted_total') }},
        {{ money_bag('total_discount_set', 'line_discount') }},
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from current_rows
)

select * from renamed
