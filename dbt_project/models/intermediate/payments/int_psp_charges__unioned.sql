-- Every attempt to take money, over all payment providers, with the order it is for: (shop account,
-- order id), because two shops may number alike.
with

stripe_charges as (
    select * from {{ ref('int_stripe_charges__linked') }}
),

shopify_charges as (
    select * from {{ ref('int_shopify_charges__described') }}
),

provider_charges as (
    select * from {{ ref('int_provider_charges__named') }}
),

unioned as (
    select * from stripe_charges
    union all
    select * from shopify_charges
    union all
    select * from provider_charges
)

select * from unioned
