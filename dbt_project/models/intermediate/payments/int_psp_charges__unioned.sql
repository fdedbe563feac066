-- Every attempt to take money, over all payment providers, with the order it is for: (shop account,
-- order id), because two shops may number alike. Where the charge forgot, its payment intent may
-- know; one that names no shop of ours is kept, with no order. Test mode is nobody's money.
with

stripe_charges as (
    select * from {{ ref('stg_stripe__charges') }}
    where not is_test
),

stripe_intents as (
    select * from {{ ref('stg_stripe__payment_intents') }}
),

shops as (
    select * from {{ ref('stg_shopify__shops') }}
),

unioned as (
    select
        stripe_charges.system,
        stripe_charges.account,
        stripe_charges.charge_id,
        stripe_charges.customer_id as customer_source_id,
        coalesce(stripe_charges.payment_id, stripe_intents.payment_id) as payment_id,
        case
            when stripe_charges.order_id is not null then stripe_charges.shop_domain
            else stripe_intents.shop_domain
        end as shop_domain,
        coalesce(stripe_charges.order_id, stripe_intents.order_id) as named_order_id,
        case
            when stripe_charges.status in ('failed', 'pending') then stripe_charges.status
            when stripe_charges.is_captured then 'captured'
            when
                stripe_charges.is_refunded or stripe_intents.cancelled_at is not null
                then 'cancelled'
            else 'authorised'
        end as status,
        stripe_charges.is_disputed,
        {{ normalize_email('stripe_charges.email') }} as email_normalized,
        stripe_charges.country,
        stripe_charges.payment_method,
        stripe_charges.card_country,
        stripe_charges.currency,
        stripe_charges.amount,
        stripe_charges.captured_amount,
        stripe_charges.refunded_amount,
        stripe_charges.created_at
    from stripe_charges
    left join stripe_intents
        on
            stripe_charges.account = stripe_intents.account
            and stripe_charges.payment_intent_id = stripe_intents.payment_intent_id
),

linked as (
    select
        unioned.system,
        unioned.account,
        unioned.charge_id,
        unioned.customer_source_id,
        unioned.payment_id,
        unioned.shop_domain,
        unioned.named_order_id,
        case when unioned.named_order_id is not null then shops.account end as order_account,
        case when shops.account is not null then unioned.named_order_id end as order_id,
        unioned.status,
        unioned.is_disputed,
        unioned.email_normalized,
        unioned.country,
        unioned.payment_method,
        unioned.card_country,
        unioned.currency,
        unioned.amount,
        unioned.captured_amount,
        unioned.refunded_amount,
        unioned.created_at
    from unioned
    left join shops on unioned.shop_domain = lower(shops.myshopify_domain)
)

select * from linked
