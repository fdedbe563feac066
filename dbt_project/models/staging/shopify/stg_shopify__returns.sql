with

newest_rows as (
    {{ newest_versions('raw_shopify', 'returns') }}
),

gone_orders as (
    {{ gone_objects('raw_shopify', 'orders') }}
),

renamed as (
    select
        'shopify' as system,
        newest_rows.account,
        {{ gid_tail('newest_rows.order_id') }} as order_id,
        {{ gid_tail('newest_rows.id') }} as return_id,
        {{ to_text('newest_rows.name') }} as return_name,
        lower({{ to_text('newest_rows.status') }}) as status,
        cast(newest_rows.total_quantity as bigint) as quantity,
        cast(newest_rows.created_at as timestamp) as created_at,
        cast(newest_rows.request_approved_at as timestamp) as request_approved_at,
        cast(newest_rows.closed_at as timestamp) as closed_at,
        cast(newest_rows._version_at as timestamp) as _version_at,
        cast(newest_rows._received_at as timestamp) as _received_at
    from newest_rows
    left join gone_orders
        on
            newest_rows.account = gone_orders.account
            and newest_rows.order_id = gone_orders.id
    where gone_orders.id is null
)

select * from renamed
