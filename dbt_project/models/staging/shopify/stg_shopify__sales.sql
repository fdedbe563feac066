with

current_rows as (
    {{ current_children('raw_shopify', 'sales', key=['agreement_id', 'id']) }}
),

first_seen as (
    {{ first_received('raw_shopify', 'sales', {'first_received_at': 'true'}) }}
),

renamed as (
    select
        'shopify' as system,
        current_rows.account,
        {{ gid_tail('current_rows.order_id') }} as order_id,
        {{ gid_tail('current_rows.agreement_id') }} as agreement_id,
        {{ gid_tail('current_rows.id') }} as sale_id,
        {{ to_text('current_rows.typename') }} as sale_type,
        lower({{ to_text('current_rows.action_type') }}) as action_type,
        lower({{ to_text('current_rows.line_type') }}) as line_type,
        {{ gid_tail('current_rows.line_item__id') }} as line_id,
        {{ gid_tail('current_rows.shipping_line__id') }} as shipping_line_id,
        {{ gid_tail('current_rows.duty__id') }} as duty_id,
        {{ gid_tail('current_rows.fee__id') }} as fee_id,
        {{ gid_tail('current_rows.additional_fee__id') }} as additional_fee_id,
        cast(current_rows.quantity as bigint) as quantity,
        {{ to_text('current_rows.total_amount__shop_money__currency_code') }} as currency,
        {{ to_text('current_rows.total_amount__presentment_money__currency_code') }}
            as currency_presentment,
        {{ money_bag('current_rows.total_amount', 'total') }},
        {{ money_bag('current_rows.total_discount_amount_before_taxes', 'discount') }},
        {{ money_bag('current_rows.total_tax_amount', 'tax') }},
        cast(current_rows._version_at as timestamp) as _version_at,
        cast(current_rows._received_at as timestamp) as _received_at,
        cast(first_seen.first_received_at as timestamp) as first_received_at
    from current_rows
    left join first_seen
        on
            current_rows.account = first_seen.account
            and current_rows.id = first_seen.id
)

select * from renamed
