-- Every company that a CRM knows, merged and archived ones too, and every one that a shop has or
-- sold to. The record of a company that an order names may be gone or not loaded.
with

crm_companies as (
    select * from {{ ref('int_crm_companies__unioned') }}
),

shop_companies as (
    select * from {{ ref('stg_shopify__companies') }}
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
    where company_id is not null and not is_test
),

unioned as (
    select
        system,
        account,
        company_id as source_id,
        coalesce(created_at, merged_at) as first_seen_at
    from crm_companies
    union all
    select
        system,
        account,
        company_id as source_id,
        created_at as first_seen_at
    from shop_companies
    union all
    select
        orders.system,
        orders.account,
        orders.company_id as source_id,
        min(orders.created_at) as first_seen_at
    from orders
    left join shop_companies
        on
            orders.account = shop_companies.account
            and orders.company_id = shop_companies.company_id
    where shop_companies.company_id is null
    group by orders.system, orders.account, orders.company_id
)

select * from unioned
