-- The first and the last valid order of each customer over all shops; ties go by account and order
-- id.
with

orders as (
    select * from {{ ref('int_orders__qualified') }}
    where is_valid_order and customer_key is not null
),

ranked as (
    select
        orders.*,
        row_number() over (
            partition by customer_key
            order by processed_at asc nulls last, account asc nulls last, order_id asc nulls last
        ) as first_rank,
        row_number() over (
            partition by customer_key
            order by processed_at desc nulls last, account desc nulls last, order_id desc nulls last
        ) as last_rank,
        count(*) over (partition by customer_key) as orders_count
    from orders
),

first_orders as (
    select *
    from ranked
    where first_rank = 1
),

last_orders as (
    select *
    from ranked
    where last_rank = 1
),

joined as (
    select
        first_orders.customer_key,
        first_orders.system as first_system,
        first_orders.account as first_account,
        first_orders.order_id as first_order_id,
        first_orders.zone as first_zone,
        first_orders.order_date as first_order_date,
        {{ first_of_month('first_orders.order_date') }} as cohort_month,
        first_orders.channel as first_source,
        last_orders.order_date as last_order_date,
        last_orders.channel as last_source,
        last_orders.country as last_country,
        last_orders.language as last_language,
        first_orders.orders_count
    from first_orders
    inner join last_orders on first_orders.customer_key = last_orders.customer_key
)

select * from joined
