with

current_rows as (
    {{ current_children('raw_shopify', 'discount_allocations', key=['line_item_id', 'position']) }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('order_id') }} as order_id,
        {{ gid_tail('line_item_id') }} as line_id,
        cast(position as bigint) as position,
        cast(discount_application__index as bigint) as application_index,
        {{ to_text('discount_application__typename') }} as application_type,
        lower({{ to_text('discount_application__allocation_method') }}) as allocation_method,
        lower({{ to_text('discount_application__target_type') }}) as target_type,
        lower({{ to_text('discount_application__target_selection') }}) as target_selection,
        {{ to_text('discount_application__code') }} as discount_code,
        {{ to_text('discount_application__title') }} as discount_title,
        {{ to_text('allocated_amount_set__shop_money__currency_code') }} as currency,
        {{ to_text('allocated_amount_set__presentment_money__currency_code') }}
            as currency_presentment,
        {{ money_bag('allocated_amount_set', 'allocated') }},
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from current_rows
)

select * from renamed
