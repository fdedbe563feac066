with

current_rows as (
    {{ current_children('raw_shopify', 'transactions') }}
),

first_seen as (
    {{ first_received('raw_shopify', 'transactions', {'first_received_at': 'true'}) }}
),

renamed as (
    select
        'shopify' as system,
        current_rows.account,
        {{ gid_tail('current_rows.order_id') }} as order_id,
        {{ gid_tail('current_rows.id') }} as transaction_id,
        {{ gid_tail('current_rows.parent_transaction__id') }} as parent_transaction_id,
        {{ to_text('current_rows.payment_id') }} as payment_id,
        lower({{ to_text('current_rows.kind') }}) as kind,
        lower({{ to_text('current_rows.status') }}) as status,
        {{ to_text('current_rows.gateway') }} as gateway,
        lower({{ to_text('current_rows.error_code') }}) as error_code,
        cast(current_rows.test as boolean) as is_test,
        {{ to_text('current_rows.amount_set__shop_money__currency_code') }} as currency,
        {{ to_text('current_rows.amount_set__presentment_money__currency_code') }}
            as currency_presentment,
        {{ money_bag('current_rows.amount_set', 'transaction') }},
        cast(current_rows.created_at as timestamp) as created_at,
        cast(current_rows.processed_at as timestamp) as processed_at,
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
