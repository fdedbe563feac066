with

newest_rows as (
    {{ newest_versions('raw_shopify', 'products') }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('id') }} as product_id,
        {{ to_text('id') }} as product_gid,
        {{ to_text('title') }} as title,
        {{ to_text('handle') }} as handle,
        {{ to_text('product_type') }} as product_type,
        {{ to_text('vendor') }} as vendor,
        lower({{ to_text('status') }}) as status,
        {{ to_text('tags') }} as tags,
        cast(is_gift_card as boolean) as is_gift_card,
        cast(created_at as timestamp) as created_at,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
