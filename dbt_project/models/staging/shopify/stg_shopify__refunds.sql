with

current_rows as (
    {{ current_children('raw_shopify', 'refunds') }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('order_id') }} as order_id,
        {{ gid_tail('id') }} as refund_id,
        {{ gid_tail('return__id') }} as return_id,
        {{ to_text('total_refunded_set__shop_money__currency_code') }} as currency,
        {{ to_text('total_refunded_set__presentment_money__currency_code') }}
            as currency_presentment,
        {{ money_bag('total_refunded_set', 'refunded') }},
        cast(created_at as timestamp) as created_at,
        cast(processed_at as timestamp) as processed_at,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from current_rows
)

select * from renamed
