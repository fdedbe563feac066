with

newest_rows as (
    {{ newest_versions('raw_shopify', 'shops') }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('id') }} as shop_id,
        {{ to_text('name') }} as shop_name,
        {{ to_text('myshopify_domain') }} as myshopify_domain,
        {{ to_text('currency_code') }} as currency,
        {{ to_text('shop_address__country_code_v2') }} as country,
        {{ to_text('iana_timezone') }} as zone,
        cast(taxes_included as boolean) as is_tax_included,
        cast(created_at as timestamp) as created_at,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
