with

customers as (
    select * from {{ ref('int_customers__valued') }}
),

members as (
    select
        cohort_month,
        is_identified,
        is_mature_30,
        ltv_30_amount_group,
        is_mature_90,
        ltv_90_amount_group,
        is_mature_180,
        ltv_180_amount_group,
        is_mature_365,
        ltv_365_amount_group,
        ltv_amount_group,
        first_account as cohort_account
    from customers
    union all
    select
        cohort_month,
        is_identified,
        is_mature_30,
        ltv_30_amount_group,
        is_mature_90,
        ltv_90_amount_group,
        is_mature_180,
        ltv_180_amount_group,
        is_mature_365,
        ltv_365_amount_group,
        ltv_amount_group,
        'all' as cohort_account
    from customers
),

summed as (
    select
        cohort_month,
        cohort_account as account,
        is_identified,
        cast(count(*) as bigint) as size,
        cast(sum(case when is_mature_30 then 1 else 0 end) as bigint) as mature_count_30,
        cast(sum(ltv_30_amount_group) as decimal(38, 4)) as ltv_30_amount_group,
        cast(sum(case when is_mature_90 then 1 else 0 end) as bigint) as mature_count_90,
        cast(sum(ltv_90_amount_group) as decimal(38, 4)) as ltv_90_amount_group,
        cast(sum(case when is_mature_180 then 1 else 0 end) as bigint) as mature_count_180,
        cast(sum(ltv_180_amount_group) as decimal(38, 4)) as ltv_180_amount_group,
        cast(sum(case when is_mature_365 then 1 else 0 end) as bigint) as mature_count_365,
        cast(sum(ltv_365_amount_group) as decimal(38, 4)) as ltv_365_amount_group,
        cast(sum(ltv_amount_group) as decimal(38, 4)) as ltv_amount_group
    from members
    group by cohort_month, cohort_account, is_identified
)

select
    cohort_month,
    account,
    is_identified,
    size,
    mature_count_30,
    ltv_30_amount_group,
    mature_count_90,
    ltv_90_amount_group,
    mature_count_180,
    ltv_180_amount_group,
    mature_count_365,
    ltv_365_amount_group,
    ltv_amount_group
from summed
