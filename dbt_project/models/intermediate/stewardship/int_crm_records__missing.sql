-- Whom the shops sold to and no CRM knows, and whom a CRM calls a customer and no shop knows.
with

records as (
    select * from {{ ref('int_crm_records__living') }}
),

customers as (
    select * from {{ ref('stg_shopify__customers') }}
),

first_orders as (
    select * from {{ ref('int_customers__first_ordered') }}
),

described as (
    select * from {{ ref('int_customers__described') }}
),

customer_ids as (
    select * from {{ ref('int_customer_ids__versioned') }}
    where is_current
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

in_crm as (
    select distinct customer_key from records
),

missing_in_crm as (
    select
        'crm' as missing_in,
        customers.system,
        customers.account,
        customers.customer_id as source_id,
        customer_ids.customer_key,
        'bought, and no CRM has a living record' as reason,
        customers.created_at as known_since
    from customers
    inner join customer_ids
        on
            customers.system = customer_ids.system
            and customers.account = customer_ids.account
            and customers.customer_id = customer_ids.source_id
    inner join first_orders on customer_ids.customer_key = first_orders.customer_key
    left join in_crm on customer_ids.customer_key = in_crm.customer_key
    where in_crm.customer_key is null
),

missing_in_shop as (
    select
        'shop' as missing_in,
        records.system,
        records.account,
        records.contact_id as source_id,
        records.customer_key,
        case
            when customers.customer_id is not null
                then 'names a shop customer who is another person'
            when records.shop_customer_id is not null
                then 'names a shop customer, and no shop has a record'
            else 'a customer by its life cycle stage, and no shop has a record'
        end as reason,
        records.created_at as known_since
    from records
    left join described on records.customer_key = described.customer_key
    left join customers
        on
            records.shop_account = customers.account
            and records.shop_customer_id = customers.customer_id
    where
        (records.lifecycle_stage = 'customer' or records.shop_customer_id is not null)
        and coalesce(described.is_prospect, true)
),

unioned as (
    select * from missing_in_crm
    union all
    select * from missing_in_shop
),

joined as (
    select
        unioned.*,
        accounts.legal_entity,
        accounts.owner
    from unioned
    left join accounts
        on
            unioned.system = accounts.system
            and unioned.account = accounts.account
)

select * from joined
