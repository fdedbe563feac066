-- What came after the shop was counted, by webhook say, isn't counted here either.
with

counts as (
    select * from {{ ref('stg_shopify__object_counts') }}
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
),

customers as (
    select * from {{ ref('stg_shopify__customers') }}
),

products as (
    select * from {{ ref('stg_shopify__products') }}
),

product_variants as (
    select * from {{ ref('stg_shopify__product_variants') }}
),

companies as (
    select * from {{ ref('stg_shopify__companies') }}
),

abandoned_checkouts as (
    select * from {{ ref('stg_shopify__abandoned_checkouts') }}
),

draft_orders as (
    select * from {{ ref('stg_shopify__draft_orders') }}
),

gift_cards as (
    select * from {{ ref('stg_shopify__gift_cards') }}
),

held as (
    select
        account,
        'orders' as stream,
        created_at
    from orders
    union all
    select
        account,
        'customers' as stream,
        created_at
    from customers
    union all
    select
        account,
        'products' as stream,
        created_at
    from products
    union all
    select
        account,
        'product_variants' as stream,
        created_at
    from product_variants
    union all
    select
        account,
        'companies' as stream,
        created_at
    from companies
    union all
    select
        account,
        'abandoned_checkouts' as stream,
        created_at
    from abandoned_checkouts
    union all
    select
        account,
        'draft_orders' as stream,
        created_at
    from draft_orders
    union all
    select
        account,
        'gift_cards' as stream,
        created_at
    from gift_cards
),

compared as (
    select
        counts.system,
        counts.account,
        counts.stream,
        counts.counted as counted_count,
        cast(count(held.account) as bigint) as held_count,
        counts.asked_at
    from counts
    left join held
        on
            counts.account = held.account
            and counts.stream = held.stream
            and counts.asked_at >= held.created_at
    group by counts.system, counts.account, counts.stream, counts.counted, counts.asked_at
)

select * from compared
