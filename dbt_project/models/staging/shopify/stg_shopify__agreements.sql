with

current_rows as (
    {{ current_children('raw_shopify', 'agreements') }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('order_id') }} as order_id,
        {{ gid_tail('id') }} as agreement_id,
        {{ to_text('typename') }} as agreement_type,
        lower({{ to_text('reason') }}) as reason,
        {{ gid_tail('refund__id') }} as refund_id,
        {{ gid_tail('return__id') }} as return_id,
        cast(happened_at as timestamp) as happened_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from current_rows
)

select * from renamed
