with

current_rows as (
    {{ current_children('raw_shopify', 'fulfillments') }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('order_id') }} as order_id,
        {{ gid_tail('id') }} as fulfillment_id,
        {{ to_text('name') }} as fulfillment_name,
        lower({{ to_text('status') }}) as status,
        lower({{ to_text('display_status') }}) as display_status,
        cast(total_quantity as bigint) as quantity,
        cast(created_at as timestamp) as created_at,
        cast(updated_at as timestamp) as updated_at,
        cast(in_transit_at as timestamp) as in_transit_at,
        cast(delivered_at as timestamp) as delivered_at,
        cast(estimated_delivery_at as timestamp) as estimated_delivery_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from current_rows
)

select * from renamed
