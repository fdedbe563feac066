with

customers as (
    select * from {{ ref('int_customers__valued') }}
)

select
    customer_key,
    is_identified,
    first_account,
    first_order_date,
    cohort_month,
    as_of_date,
    is_mature_30,
    cast(ltv_30_amount_group as decimal(38, 4)) as ltv_30_amount_group,
    is_mature_90,
    cast(ltv_90_amount_group as decimal(38, 4)) as ltv_90_amount_group,
    is_mature_180,
    cast(ltv_180_amount_group as decimal(38, 4)) as ltv_180_amount_group,
    is_mature_365,
    cast(ltv_365_amount_group as decimal(38, 4)) as ltv_365_amount_group,
    cast(ltv_amount_group as decimal(38, 4)) as ltv_amount_group,
    cast(unconverted_rows_count as bigint) as unconverted_rows_count
from customers
