-- The companies that the shops sell to, each shop numbering its own. Where the CRM associates all
-- of a company's buyers with one company of its own, that is the key, so two shops' numbers meet in
-- it.
with

orders as (
    select * from {{ ref('stg_shopify__orders') }}
    where company_id is not null and not is_test
),

orders_keyed as (
    select * from {{ ref('int_orders__keyed') }}
),

contacts as (
    select * from {{ ref('int_crm_contacts__unioned') }}
    where company_id is not null and merged_into_contact_id is null and not is_archived
),

customer_ids as (
    select * from {{ ref('int_customer_ids__versioned') }}
    where is_current
),

company_merges as (
    select * from {{ ref('stg_hubspot__company_merges') }}
),

buyers as (
    select distinct
        orders.system,
        orders.account,
        orders.company_id,
        orders_keyed.customer_key
    from orders
    left join orders_keyed
        on
            orders.account = orders_keyed.account
            and orders.order_id = orders_keyed.order_id
),

associated as (
    select distinct
        customer_ids.customer_key,
        contacts.account || ':'
        || coalesce(company_merges.merged_into_company_id, contacts.company_id)
            as crm_company_key
    from contacts
    inner join customer_ids
        on
            contacts.system = customer_ids.system
            and contacts.account = customer_ids.account
            and contacts.contact_id = customer_ids.source_id
    left join company_merges
        on
            contacts.account = company_merges.account
            and contacts.company_id = company_merges.company_id
),

keyed as (
    select
        buyers.system,
        buyers.account,
        buyers.company_id,
        case
            when count(distinct associated.crm_company_key) = 1
                then min(associated.crm_company_key)
            else buyers.account || ':' || buyers.company_id
        end as company_key
    from buyers
    left join associated on buyers.customer_key = associated.customer_key
    group by buyers.system, buyers.account, buyers.company_id
)

select * from keyed
