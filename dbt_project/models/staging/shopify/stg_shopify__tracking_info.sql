with

current_rows as (
    {{ current_children('raw_shopify', 'tracking_info', key=['fulfillment_id', 'position']) }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('order_id') }} as order_id,
        {{ gid_tail('fulfillment_id') }} as fulfillment_id,
        cast(position as bigint) as position,
        {{ to_text('company') }} as carrier,
        {{ to_text('number_hash') }} as tracking_number_hash,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from current_rows
)

select * from renamed
