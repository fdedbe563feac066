-- Which orders make somebody a customer: not a test, with a product sold, not cancelled or voided
-- before anything was captured or shipped.
with

orders as (
    select * from {{ ref('int_orders__dated') }}
),

orders_keyed as (
    select * from {{ ref('int_orders__keyed') }}
),

sales as (
    select * from {{ ref('int_sales__classified') }}
    where kind = 'sale'
),

product_orders as (
    select
        account,
        order_id,
        count(*) as product_sales_count
    from sales
    group by account, order_id
),

qualified as (
    select
        orders.system,
        orders.account,
        orders.order_id,
        orders_keyed.customer_key,
        orders.zone,
        orders.channel,
        orders.language,
        coalesce(orders.shipping_country, orders.billing_country) as country,
        orders.processed_at,
        orders.order_date,
        not orders.is_test
        and not orders.is_ended_untouched
        and product_orders.product_sales_count is not null as is_valid_order
    from orders
    left join orders_keyed
        on
            orders.account = orders_keyed.account
            and orders.order_id = orders_keyed.order_id
    left join product_orders
        on
            orders.account = product_orders.account
            and orders.order_id = product_orders.order_id
)

select * from qualified
