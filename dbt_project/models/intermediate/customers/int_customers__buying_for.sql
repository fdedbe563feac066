-- The company of each customer's newest order for one. Where somebody works, as the CRM has it, is
-- not what they buy for, so without such an order there is none.
with

orders as (
    select * from {{ ref('stg_shopify__orders') }}
    where company_id is not null and not is_test
),

orders_keyed as (
    select * from {{ ref('int_orders__keyed') }}
),

companies as (
    select * from {{ ref('int_companies__keyed') }}
),

ranked as (
    select
        orders_keyed.customer_key,
        companies.company_key,
        row_number() over (
            partition by orders_keyed.customer_key
            order by
                orders.processed_at desc nulls last,
                orders.account desc nulls last,
                orders.order_id desc nulls last
        ) as order_rank
    from orders
    inner join orders_keyed
        on
            orders.account = orders_keyed.account
            and orders.order_id = orders_keyed.order_id
    left join companies
        on
            orders.account = companies.account
            and orders.company_id = companies.company_id
    where orders_keyed.customer_key is not null
),

newest as (
    select
        customer_key,
        company_key
    from ranked
    where order_rank = 1
)

select * from newest
