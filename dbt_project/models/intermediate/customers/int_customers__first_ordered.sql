-- The first and the last valid order of each customer over all shops; ties go by account and order
-- id. An order whose visits nobody knows came through its channel.
with

orders as (
    select * from {{ ref('int_orders__qualified') }}
    where is_valid_order and customer_key is not null
),

visits as (
    select * from {{ ref('int_orders__visited') }}
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
        coalesce(first_visits.first_source, first_orders.channel) as first_source,
        last_orders.order_date as last_order_date,
        coalesce(last_visits.last_source, last_orders.channel) as last_source,
        last_orders.country as last_country,
        last_orders.language as last_language,
        first_orders.orders_count
    from first_orders
    inner join last_orders on first_orders.customer_key = last_orders.customer_key
    left join visits as first_visits
        on
            first_orders.system = first_visits.system
            and first_orders.account = first_visits.account
            and first_orders.order_id = first_visits.order_id
    left join visits as last_visits
        on
            last_orders.system = last_visits.system
            and last_orders.account = last_visits.account
            and last_orders.order_id = last_visits.order_id
)

select * from joined
