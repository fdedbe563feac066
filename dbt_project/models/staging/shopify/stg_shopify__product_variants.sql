with

newest_rows as (
    {{ newest_versions('raw_shopify', 'product_variants') }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('id') }} as variant_id,
        {{ gid_tail('product__id') }} as product_id,
        {{ to_text('title') }} as title,
        {{ to_text('sku') }} as sku,
        {{ to_text('barcode') }} as barcode,
        cast(price as decimal(38, 4)) as list_price_amount,
        cast(created_at as timestamp) as created_at,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
