-- Whom the payment providers keep as customers. Their e-mail is what the shop's plugin gave them.
with

stripe_customers as (
    select * from {{ ref('stg_stripe__customers') }}
),

shops as (
    select * from {{ ref('stg_shopify__shops') }}
),

unioned as (
    select
        stripe_customers.system,
        stripe_customers.account,
        stripe_customers.customer_id,
        stripe_customers.email,
        {{ normalize_email('stripe_customers.email') }} as email_normalized,
        stripe_customers.phone,
        stripe_customers.full_name,
        stripe_customers.country,
        shops.system as shop_system,
        shops.account as shop_account,
        case when shops.account is not null then stripe_customers.shop_customer_id end
            as shop_customer_id,
        stripe_customers.created_at
    from stripe_customers
    left join shops on stripe_customers.shop_domain = lower(shops.myshopify_domain)
)

select * from unioned
