-- Lifetime margin: the margin of all of a customer's orders. One that can't be valued (goods
-- without a cost, a currency without a rate) leaves the customer's null, and is counted.
with

orders as (
    select * from {{ ref('int_order_margins__summed') }}
),

orders_keyed as (
    select * from {{ ref('int_orders__keyed') }}
),

margined as (
    select
        orders_keyed.customer_key,
        case
            when sum(case when orders.margin_amount_group is null then 1 else 0 end) = 0
                then sum(orders.margin_amount_group)
        end as ltv_margin_amount_group,
        case
            when sum(case when orders.provision_amount_group is null then 1 else 0 end) = 0
                then sum(orders.provision_amount_group)
        end as provision_amount_group,
        sum(case when orders.margin_amount_group is null then 1 else 0 end) as unvalued_orders_count
    from orders
    inner join orders_keyed
        on
            orders.account = orders_keyed.account
            and orders.order_id = orders_keyed.order_id
    where orders_keyed.customer_key is not null
    group by orders_keyed.customer_key
)

select * from margined
