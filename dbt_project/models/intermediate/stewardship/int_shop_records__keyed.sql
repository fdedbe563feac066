-- A shop's customers as a CRM is held against them, each with its customer.
with

customers as (
    select * from {{ ref('stg_shopify__customers') }}
),

customer_ids as (
    select * from {{ ref('int_customer_ids__versioned') }}
    where is_current
),

shop_records as (
    select
        customers.system,
        customers.account,
        customers.customer_id,
        customer_ids.customer_key,
        lower(trim(customers.email)) as email,
        {{ last_digits('customers.phone', 9) }} as phone_digits,
        customers.email_marketing_state,
        customers.updated_at
    from customers
    inner join customer_ids
        on
            customers.system = customer_ids.system
            and customers.account = customer_ids.account
            and customers.customer_id = customer_ids.source_id
)

select * from shop_records
