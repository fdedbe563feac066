with

newest_rows as (
    {{ newest_versions('raw_stripe', 'payment_intents') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

renamed as (
    select
        'stripe' as system,
        newest_rows.account,
        {{ to_text('newest_rows.id') }} as payment_intent_id,
        {{ to_text('newest_rows.customer') }} as customer_id,
        {{ to_text('newest_rows.latest_charge') }} as latest_charge_id,
        lower({{ to_text('newest_rows.status') }}) as status,
        lower({{ to_text('newest_rows.cancellation_reason') }}) as cancellation_reason,
        upper({{ to_text('newest_rows.currency') }}) as currency,
        {{ stripe_amount('newest_rows.amount') }} as amount,
        {{ stripe_amount('newest_rows.amount_received') }} as received_amount,
        lower({{ to_text('newest_rows.metadata__shop') }}) as shop_domain,
        {{ to_text('newest_rows.metadata__order_id') }} as order_id,
        {{ to_text('newest_rows.metadata__payment_id') }} as payment_id,
        cast(newest_rows.created as timestamp) as created_at,
        cast(newest_rows.canceled_at as timestamp) as cancelled_at,
        cast(newest_rows._version_at as timestamp) as _version_at,
        cast(newest_rows._received_at as timestamp) as _received_at
    from newest_rows
    left join currencies on upper(newest_rows.currency) = currencies.code
)

select * from renamed
