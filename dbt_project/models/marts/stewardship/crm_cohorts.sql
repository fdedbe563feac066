with

cohorts as (
    select * from {{ ref('int_crm_cohorts__compared') }}
)

select
    system,
    account,
    legal_entity,
    cohort_month,
    cast(crm_customers_count as bigint) as crm_customers_count,
    cast(warehouse_customers_count as bigint) as warehouse_customers_count,
    cast(crm_customers_count - warehouse_customers_count as bigint) as difference_count,
    cast(same_month_count as bigint) as same_month_count,
    cast(other_month_count as bigint) as other_month_count,
    cast(missing_in_crm_count as bigint) as missing_in_crm_count,
    cast(missing_in_warehouse_count as bigint) as missing_in_warehouse_count,
    ltv_amount_group
from cohorts
