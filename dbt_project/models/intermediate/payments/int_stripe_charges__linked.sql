-- Stripe's charges with the order they are for: (shop account, order id), because two shops may
-- number alike. Where the charge forgot, its payment intent may know; one that names no shop of
-- ours is kept, with no order. Test mode is nobody's money.
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

named as (
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
        named.system,
        named.account,
        named.charge_id,
        named.customer_source_id,
        named.payment_id,
        named.shop_domain,
        named.named_order_id,
        case when named.named_order_id is not null then shops.account end as order_account,
        case when shops.account is not null then named.named_order_id end as order_id,
        named.status,
        named.is_disputed,
        named.email_normalized,
        named.country,
        named.payment_method,
        named.card_country,
        named.currency,
        named.amount,
        named.captured_amount,
        named.refunded_amount,
        named.created_at
    from named
    left join shops on named.shop_domain = lower(shops.myshopify_domain)
)

select * from linked
