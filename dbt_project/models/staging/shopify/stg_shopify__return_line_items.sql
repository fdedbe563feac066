with

newest_rows as (
    {{ newest_versions('raw_shopify', 'return_line_items') }}
),

gone_orders as (
    {{ gone_objects('raw_shopify', 'orders') }}
),

renamed as (
    select
        'shopify' as system,
        newest_rows.account,
        {{ gid_tail('newest_rows.order_id') }} as order_id,
        {{ gid_tail('newest_rows.return_id') }} as return_id,
        {{ gid_tail('newest_rows.id') }} as return_line_id,
        {{ gid_tail('newest_rows.fulfillment_line_item__line_item__id') }} as line_id,
        cast(newest_rows.quantity as bigint) as quantity,
        cast(newest_rows.refunded_quantity as bigint) as refunded_quantity,
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
