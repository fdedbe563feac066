with

current_rows as (
    {{ current_children('raw_shopify', 'shipping_lines') }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('order_id') }} as order_id,
        {{ gid_tail('id') }} as shipping_line_id,
        {{ to_text('title') }} as title,
        {{ to_text('code') }} as code,
        {{ to_text('source') }} as source,
        cast(is_removed as boolean) as is_removed,
        {{ to_text('original_price_set__shop_money__currency_code') }} as currency,
        {{ to_text('original_price_set__presentment_money__currency_code') }}
            as currency_presentment,
        {{ money_bag('original_price_set', 'list_price') }},
        {{ money_bag('discounted_price_set', 'discounted_price') }},
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from current_rows
)

select * from renamed
