with

newest_rows as (
    {{ newest_versions('raw_shopify', 'return_line_items') }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('order_id') }} as order_id,
        {{ gid_tail('return_id') }} as return_id,
        {{ gid_tail('id') }} as return_line_id,
        {{ gid_tail('fulfillment_line_item__line_item__id') }} as line_id,
        cast(quantity as bigint) as quantity,
        cast(refunded_quantity as bigint) as refunded_quantity,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
