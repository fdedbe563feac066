-- The companies that the shops sell to, each shop numbering its own. Where a CRM associates all of
-- a company's buyers with one company of its own, that is the key, so two shops' numbers meet in
-- it; of several CRMs the first by name, so that a new one moves no key. Else the one company of a
-- CRM that names the shop's.
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

crm_companies as (
    select * from {{ ref('int_crm_companies__unioned') }}
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
        contacts.system as crm_system,
        contacts.account as crm_account,
        contacts.account || ':'
        || coalesce(crm_companies.merged_into_company_id, contacts.company_id)
            as crm_company_key
    from contacts
    inner join customer_ids
        on
            contacts.system = customer_ids.system
            and contacts.account = customer_ids.account
            and contacts.contact_id = customer_ids.source_id
    left join crm_companies
        on
            contacts.system = crm_companies.system
            and contacts.account = crm_companies.account
            and contacts.company_id = crm_companies.company_id
),

agreed as (
    select
        buyers.account,
        buyers.company_id,
        associated.crm_system,
        associated.crm_account,
        min(associated.crm_company_key) as company_key
    from buyers
    inner join associated on buyers.customer_key = associated.customer_key
    group by buyers.account, buyers.company_id, associated.crm_system, associated.crm_account
    having count(distinct associated.crm_company_key) = 1
),

ranked as (
    select
        agreed.*,
        row_number() over (
            partition by account, company_id
            order by crm_system asc nulls last, crm_account asc nulls last
        ) as crm_rank
    from agreed
),

named as (
    select
        shop_account,
        shop_company_id,
        min(account || ':' || company_id) as company_key
    from crm_companies
    where
        shop_company_id is not null
        and merged_into_company_id is null
        and not is_archived
    group by shop_account, shop_company_id
    having count(*) = 1
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
        coalesce(
            ranked.company_key,
            named.company_key,
            sold_to.account || ':' || sold_to.company_id
        ) as company_key
    from sold_to
    left join ranked
        on
            sold_to.account = ranked.account
            and sold_to.company_id = ranked.company_id
            and ranked.crm_rank = 1
    left join named
        on
            sold_to.account = named.shop_account
            and sold_to.company_id = named.shop_company_id
)

select * from keyed
