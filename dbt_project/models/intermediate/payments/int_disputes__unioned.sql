-- Disputes of all payment providers with the money that they moved: what was taken, given back,
-- and the fee. Inquiries move none.
with

stripe_disputes as (
    select * from {{ ref('int_stripe_disputes__summed') }}
),

shopify_disputes as (
    select * from {{ ref('int_shopify_disputes__summed') }}
),

adyen_disputes as (
    select * from {{ ref('int_adyen_disputes__summed') }}
),

paypal_disputes as (
    select * from {{ ref('int_paypal_disputes__summed') }}
),

unioned as (
    select * from stripe_disputes
    union all
    select * from shopify_disputes
    union all
    select * from adyen_disputes
    union all
    select * from paypal_disputes
)

select * from unioned
