with

newest_rows as (
    {{ newest_versions('raw_shopify', 'abandoned_checkouts') }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('id') }} as checkout_id,
        {{ to_text('id') }} as checkout_gid,
        {{ to_text('name') }} as checkout_name,
        {{ gid_tail('customer__id') }} as customer_id,
        {{ to_text('discount_codes') }} as discount_codes,
        {{ to_text('billing_address__country_code_v2') }} as billing_country,
        {{ to_text('shipping_address__country_code_v2') }} as shipping_country,
        cast(taxes_included as boolean) as is_tax_included,
        {{ to_text('total_price_set__shop_money__currency_code') }} as currency,
        {{ to_text('total_price_set__presentment_money__currency_code') }} as currency_presentment,
        {{ money_bag('total_price_set', 'total_price') }},
        {{ money_bag('subtotal_price_set', 'subtotal') }},
        {{ money_bag('total_discount_set', 'discounts') }},
        {{ money_bag('total_tax_set', 'tax') }},
        cast(created_at as timestamp) as created_at,
        cast(updated_at as timestamp) as updated_at,
        cast(completed_at as timestamp) as completed_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
