-- LTV is cumulative net sales in group money. An N-day value counts the N local days from the first
-- order's on and is null until as_of has reached the day after the last of them.
with

net_sales as (
    select * from {{ ref('int_net_sales__attributed') }}
),

first_orders as (
    select * from {{ ref('int_customers__first_ordered') }}
),

customers as (
    select * from {{ ref('int_customers__described') }}
),

run_context as (
    select * from {{ ref('stg_group__run_context') }}
),

summed as (
    select
        customer_key,
        {% for days in [30, 90, 180, 365] -%}
        sum(
            case
                when event_date < {{ days_after('first_order_date', days) }} then amount_group
                else 0
            end
        ) as ltv_{{ days }}_amount_group,
        {% endfor -%}
        sum(amount_group) as ltv_amount_group,
        sum(case when amount_group is null then 1 else 0 end) as unconverted_rows_count
    from net_sales
    where first_order_date is not null
    group by customer_key
),

aged as (
    select
        first_orders.*,
        {{ local_date('run_context.as_of', 'first_orders.first_zone') }} as as_of_date
    from first_orders
    cross join run_context
),

valued as (
    select
        aged.customer_key,
        customers.is_identified,
        aged.first_system,
        aged.first_account,
        aged.first_order_date,
        aged.cohort_month,
        aged.as_of_date,
        {% for days in [30, 90, 180, 365] -%}
        aged.as_of_date >= {{ days_after('aged.first_order_date', days) }}
            as is_mature_{{ days }},
        case
            when aged.as_of_date >= {{ days_after('aged.first_order_date', days) }}
                then coalesce(summed.ltv_{{ days }}_amount_group, 0)
        end as ltv_{{ days }}_amount_group,
        {% endfor -%}
        coalesce(summed.ltv_amount_group, 0) as ltv_amount_group,
        coalesce(summed.unconverted_rows_count, 0) as unconverted_rows_count
    from aged
    left join customers on aged.customer_key = customers.customer_key
    left join summed on aged.customer_key = summed.customer_key
)

select * from valued
