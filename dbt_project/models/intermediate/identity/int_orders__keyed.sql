-- Which customer placed each order, through the node of its customer record or of the checkout
-- itself.
with

orders as (
    select * from {{ ref('stg_shopify__orders') }}
),

customer_ids as (
    select * from {{ ref('int_customer_ids__versioned') }}
    where is_current
),

nodes as (
    select
        system,
        account,
        order_id,
        coalesce(customer_id, 'order:' || order_id) as source_id
    from orders
),

keyed as (
    select
        nodes.system,
        nodes.account,
        nodes.order_id,
        nodes.source_id,
        customer_ids.customer_key
    from nodes
    left join customer_ids
        on
            nodes.system = customer_ids.system
            and nodes.account = customer_ids.account
            and nodes.source_id = customer_ids.source_id
)

select * from keyed
