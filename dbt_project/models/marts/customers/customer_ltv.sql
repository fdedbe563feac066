with

customers as (
    select * from {{ ref('int_customers__valued') }}
),

margined as (
    select * from {{ ref('int_customers__margined') }}
)

select
    customers.customer_key,
    customers.is_identified,
    customers.first_account,
    customers.first_order_date,
    customers.cohort_month,
    customers.as_of_date,
    customers.is_mature_30,
    cast(customers.ltv_30_amount_group as decimal(38, 4)) as ltv_30_amount_group,
    customers.is_mature_90,
    cast(customers.ltv_90_amount_group as decimal(38, 4)) as ltv_90_amount_group,
    customers.is_mature_180,
    cast(customers.ltv_180_amount_group as decimal(38, 4)) as ltv_180_amount_group,
    customers.is_mature_365,
    cast(customers.ltv_365_amount_group as decimal(38, 4)) as ltv_365_amount_group,
    cast(customers.ltv_amount_group as decimal(38, 4)) as ltv_amount_group,
    cast(margined.ltv_margin_amount_group as decimal(38, 4)) as ltv_margin_amount_group,
    cast(margined.provision_amount_group as decimal(38, 4)) as provision_amount_group,
    cast(coalesce(margined.unvalued_orders_count, 0) as bigint) as unvalued_orders_count,
    cast(customers.unconverted_rows_count as bigint) as unconverted_rows_count
from customers
left join margined on customers.customer_key = margined.customer_key
