-- Customers who owe for something that was refused: an order's payment or a subscription's cycle.
-- They are asked for money, so no list that wants to win them back may hold them.
with

collected as (
    select * from {{ ref('int_orders__collected') }}
    where payment_state = 'unpaid'
),

orders_keyed as (
    select * from {{ ref('int_orders__keyed') }}
),

subscriptions as (
    select * from {{ ref('int_subscriptions__billed') }}
    where payment_state <> 'paid'
),

customer_ids as (
    select * from {{ ref('int_customer_ids__versioned') }}
    where is_current
),

refused as (
    select orders_keyed.customer_key
    from collected
    inner join orders_keyed
        on
            collected.account = orders_keyed.account
            and collected.order_id = orders_keyed.order_id
    union all
    select customer_ids.customer_key
    from subscriptions
    inner join customer_ids
        on
            subscriptions.system = customer_ids.system
            and subscriptions.account = customer_ids.account
            and subscriptions.customer_id = customer_ids.source_id
),

counted as (
    select
        customer_key,
        count(*) as unpaid_count
    from refused
    where customer_key is not null
    group by customer_key
)

select * from counted
