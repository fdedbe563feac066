-- Whoever bought: customer records, and each checkout without one. An order may name a customer
-- whose record is gone or not loaded; that customer is a node all the same.
with

customers as (
    select * from {{ ref('stg_shopify__customers') }}
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
    where not is_test
),

buyers as (
    select
        orders.system,
        orders.account,
        orders.customer_id,
        orders.email,
        orders.created_at,
        row_number() over (
            partition by orders.account, orders.customer_id
            order by orders.created_at asc nulls last, orders.order_id asc nulls last
        ) as order_rank
    from orders
    left join customers
        on
            orders.account = customers.account
            and orders.customer_id = customers.customer_id
    where orders.customer_id is not null and customers.customer_id is null
),

nodes as (
    select
        system,
        account,
        customer_id as source_id,
        'customer' as node_kind,
        {{ normalize_email('email') }} as email_normalized,
        created_at as first_seen_at
    from customers
    union all
    select
        system,
        account,
        customer_id as source_id,
        'customer' as node_kind,
        {{ normalize_email('email') }} as email_normalized,
        created_at as first_seen_at
    from buyers
    where order_rank = 1
    union all
    select
        system,
        account,
        'order:' || order_id as source_id,
        'checkout' as node_kind,
        {{ normalize_email('email') }} as email_normalized,
        created_at as first_seen_at
    from orders
    where customer_id is null
),

flagged as (
    select
        nodes.*,
        {{ is_role_address('email_normalized') }} as is_role_address
    from nodes
)

select * from flagged
