-- Stripe counts what a partial capture releases as refunded. It was never taken, so it isn't here.
with

newest_rows as (
    {{ newest_versions('raw_stripe', 'charges') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

renamed as (
    select
        'stripe' as system,
        newest_rows.account,
        {{ to_text('newest_rows.id') }} as charge_id,
        {{ to_text('newest_rows.payment_intent') }} as payment_intent_id,
        {{ to_text('newest_rows.customer') }} as customer_id,
        {{ to_text('newest_rows.balance_transaction') }} as entry_id,
        lower({{ to_text('newest_rows.status') }}) as status,
        lower({{ to_text('newest_rows.failure_code') }}) as failure_code,
        cast(newest_rows.captured as boolean) as is_captured,
        cast(newest_rows.paid as boolean) as is_paid,
        cast(newest_rows.refunded as boolean) as is_refunded,
        cast(newest_rows.disputed as boolean) as is_disputed,
        coalesce(not cast(newest_rows.livemode as boolean), false) as is_test,
        upper({{ to_text('newest_rows.currency') }}) as currency,
        {{ stripe_amount('newest_rows.amount') }} as amount,
        {{ stripe_amount('newest_rows.amount_captured') }} as captured_amount,
        {{
            stripe_amount(
                'newest_rows.amount_refunded'
                ~ ' - case when newest_rows.captured'
                ~ ' then newest_rows.amount - newest_rows.amount_captured else 0 end'
            )
        }} as refunded_amount,
        lower({{ to_text('newest_rows.metadata__shop') }}) as shop_domain,
        {{ to_text('newest_rows.metadata__order_id') }} as order_id,
        {{ to_text('newest_rows.metadata__order_name') }} as order_name,
        {{ to_text('newest_rows.metadata__payment_id') }} as payment_id,
        {{ to_text('newest_rows.billing_details__email') }} as email,
        {{ to_text('newest_rows.billing_details__name') }} as full_name,
        {{ to_text('newest_rows.billing_details__phone') }} as phone,
        {{ to_text('newest_rows.billing_details__address__country') }} as country,
        {{ to_text('newest_rows.payment_method_details__type') }} as payment_method,
        {{ to_text('newest_rows.payment_method_details__card__brand') }} as card_brand,
        {{ to_text('newest_rows.payment_method_details__card__country') }} as card_country,
        cast(newest_rows.created as timestamp) as created_at,
        cast(newest_rows._version_at as timestamp) as _version_at,
        cast(newest_rows._received_at as timestamp) as _received_at
    from newest_rows
    left join currencies on upper(newest_rows.currency) = currencies.code
)

select * from renamed
