with

newest_rows as (
    {{ newest_versions('raw_shopify', 'returns') }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('order_id') }} as order_id,
        {{ gid_tail('id') }} as return_id,
        {{ to_text('name') }} as return_name,
        lower({{ to_text('status') }}) as status,
        cast(total_quantity as bigint) as quantity,
        cast(created_at as timestamp) as created_at,
        cast(request_approved_at as timestamp) as request_approved_at,
        cast(closed_at as timestamp) as closed_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
