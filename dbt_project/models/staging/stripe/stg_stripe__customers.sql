with

newest_rows as (
    {{ newest_versions('raw_stripe', 'customers') }}
),

renamed as (
    select
        'stripe' as system,
        newest_rows.account,
        {{ to_text('newest_rows.id') }} as customer_id,
        {{ to_text('newest_rows.email') }} as email,
        {{ to_text('newest_rows.name') }} as full_name,
        {{ to_text('newest_rows.phone') }} as phone,
        {{ to_text('newest_rows.address__country') }} as country,
        lower({{ to_text('newest_rows.metadata__shop') }}) as shop_domain,
        {{ to_text('newest_rows.metadata__shopify_customer_id') }} as shop_customer_id,
        cast(newest_rows.created as timestamp) as created_at,
        cast(newest_rows._version_at as timestamp) as _version_at,
        cast(newest_rows._received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
