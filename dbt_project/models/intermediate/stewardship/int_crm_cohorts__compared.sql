-- The CRM's customers by the month they were entered against the warehouse's by the month of their
-- first valid order. A CRM of one legal entity is held against that entity's first orders.
with

records as (
    select * from {{ ref('int_crm_records__living') }}
),

customers as (
    select * from {{ ref('int_customers__valued') }}
    where cohort_month is not null
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

crms as (
    select distinct
        system,
        account,
        legal_entity
    from records
),

crm_customers as (
    select
        system,
        account,
        customer_key,
        {{ first_of_month('cast(min(created_at) as date)') }} as crm_month
    from records
    where
        customer_key is not null
        and (lifecycle_stage = 'customer' or shop_customer_id is not null)
    group by system, account, customer_key
),

warehouse_customers as (
    select
        crms.system,
        crms.account,
        customers.customer_key,
        customers.cohort_month,
        customers.ltv_amount_group
    from crms
    inner join accounts on crms.legal_entity in (accounts.legal_entity, 'group')
    inner join customers on accounts.account = customers.first_account
),

matched as (
    select
        coalesce(warehouse_customers.system, crm_customers.system) as system,
        coalesce(warehouse_customers.account, crm_customers.account) as account,
        coalesce(warehouse_customers.cohort_month, crm_customers.crm_month) as cohort_month,
        warehouse_customers.cohort_month as warehouse_month,
        crm_customers.crm_month,
        warehouse_customers.ltv_amount_group
    from warehouse_customers
    full outer join crm_customers
        on
            warehouse_customers.system = crm_customers.system
            and warehouse_customers.account = crm_customers.account
            and warehouse_customers.customer_key = crm_customers.customer_key
),

by_crm_month as (
    select
        system,
        account,
        crm_month as cohort_month,
        count(*) as crm_customers_count
    from matched
    where crm_month is not null
    group by system, account, crm_month
),

by_month as (
    select
        system,
        account,
        cohort_month,
        sum(case when warehouse_month is not null then 1 else 0 end)
            as warehouse_customers_count,
        sum(case when crm_month = warehouse_month then 1 else 0 end) as same_month_count,
        sum(case when crm_month <> warehouse_month then 1 else 0 end) as other_month_count,
        sum(case when crm_month is null then 1 else 0 end) as missing_in_crm_count,
        sum(case when warehouse_month is null then 1 else 0 end) as missing_in_warehouse_count,
        sum(ltv_amount_group) as ltv_amount_group
    from matched
    group by system, account, cohort_month
),

compared as (
    select
        coalesce(by_month.system, by_crm_month.system) as system,
        coalesce(by_month.account, by_crm_month.account) as account,
        coalesce(by_month.cohort_month, by_crm_month.cohort_month) as cohort_month,
        coalesce(by_crm_month.crm_customers_count, 0) as crm_customers_count,
        coalesce(by_month.warehouse_customers_count, 0) as warehouse_customers_count,
        coalesce(by_month.same_month_count, 0) as same_month_count,
        coalesce(by_month.other_month_count, 0) as other_month_count,
        coalesce(by_month.missing_in_crm_count, 0) as missing_in_crm_count,
        coalesce(by_month.missing_in_warehouse_count, 0) as missing_in_warehouse_count,
        cast(coalesce(by_month.ltv_amount_group, 0) as decimal(38, 4)) as ltv_amount_group
    from by_month
    full outer join by_crm_month
        on
            by_month.system = by_crm_month.system
            and by_month.account = by_crm_month.account
            and by_month.cohort_month = by_crm_month.cohort_month
),

described as (
    select
        compared.*,
        accounts.legal_entity
    from compared
    left join accounts
        on
            compared.system = accounts.system
            and compared.account = accounts.account
)

select * from described
