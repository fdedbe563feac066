with

newest_rows as (
    {{ newest_versions('raw_shopify', 'object_counts', ['stream']) }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ to_text('stream') }} as stream,
        cast(counted as bigint) as counted,
        cast(asked_at as timestamp) as asked_at
    from newest_rows
)

select * from renamed
