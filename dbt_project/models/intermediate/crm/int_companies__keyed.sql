-- The companies that the shops sell to, each shop numbering its own, under the group's key of each.
with

orders as (
    select * from {{ ref('stg_shopify__orders') }}
    where company_id is not null and not is_test
),

company_ids as (
    select * from {{ ref('int_company_ids__versioned') }}
    where is_current
),

sold_to as (
    select distinct
        system,
        account,
        company_id
    from orders
),

keyed as (
    select
        sold_to.system,
        sold_to.account,
        sold_to.company_id,
        company_ids.company_key
    from sold_to
    left join company_ids
        on
            sold_to.system = company_ids.system
            and sold_to.account = company_ids.account
            and sold_to.company_id = company_ids.source_id
)

select * from keyed
