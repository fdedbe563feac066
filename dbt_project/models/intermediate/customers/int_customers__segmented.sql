-- One rule set, one label per customer: the first rule of the seed `segment_rules` that fits.
with

customers as (
    select * from {{ ref('int_customers__described') }}
),

values_by_customer as (
    select * from {{ ref('int_customers__valued') }}
),

first_orders as (
    select * from {{ ref('int_customers__first_ordered') }}
),

rules as (
    select * from {{ ref('segment_rules') }}
),

measured as (
    select
        customers.customer_key,
        customers.shops_count,
        coalesce(first_orders.orders_count, 0) as orders_count,
        coalesce(values_by_customer.ltv_amount_group, 0) as ltv_amount_group,
        coalesce(
            {{ days_between('first_orders.last_order_date', 'values_by_customer.as_of_date') }}, 0
        ) as recency_days
    from customers
    left join first_orders on customers.customer_key = first_orders.customer_key
    left join values_by_customer on customers.customer_key = values_by_customer.customer_key
),

matched as (
    select
        measured.customer_key,
        rules.segment,
        row_number() over (
            partition by measured.customer_key
            order by rules.priority asc nulls last
        ) as rule_rank
    from measured
    inner join rules
        on
            measured.shops_count <= rules.max_shops_count
            and measured.orders_count >= rules.min_orders_count
            and measured.orders_count <= rules.max_orders_count
            and measured.ltv_amount_group >= rules.min_ltv_amount_group
            and measured.recency_days >= rules.min_recency_days
            and measured.recency_days <= rules.max_recency_days
),

segmented as (
    select
        customer_key,
        segment
    from matched
    where rule_rank = 1
)

select * from segmented
