-- How each record says its person can be reached, as its system has it.
with

customers as (
    select * from {{ ref('stg_shopify__customers') }}
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
    where customer_id is null and not is_test
),

crm_contacts as (
    select * from {{ ref('int_crm_contacts__unioned') }}
),

support_users as (
    select * from {{ ref('int_support_users__unioned') }}
    where is_end_user
),

psp_customers as (
    select * from {{ ref('int_psp_customers__unioned') }}
),

contacts as (
    select
        system,
        account,
        customer_id as source_id,
        'customer' as record_kind,
        email,
        {{ to_text('null') }} as additional_emails,
        phone,
        first_name,
        last_name,
        {{ to_text('null') }} as full_name,
        company,
        address,
        postal_code,
        city,
        province,
        country
    from customers
    union all
    select
        system,
        account,
        'order:' || order_id as source_id,
        'checkout' as record_kind,
        email,
        {{ to_text('null') }} as additional_emails,
        coalesce(phone, shipping_phone) as phone,
        shipping_first_name as first_name,
        shipping_last_name as last_name,
        {{ to_text('null') }} as full_name,
        shipping_company as company,
        shipping_address as address,
        shipping_postal_code as postal_code,
        shipping_city as city,
        shipping_province as province,
        shipping_country as country
    from orders
    union all
    select
        system,
        account,
        contact_id as source_id,
        record_kind,
        email,
        additional_emails,
        phone,
        first_name,
        last_name,
        {{ to_text('null') }} as full_name,
        company,
        address,
        postal_code,
        city,
        {{ to_text('null') }} as province,
        country
    from crm_contacts
    union all
    select
        system,
        account,
        user_id as source_id,
        'support_user' as record_kind,
        email,
        {{ to_text('null') }} as additional_emails,
        phone,
        {{ to_text('null') }} as first_name,
        {{ to_text('null') }} as last_name,
        full_name,
        {{ to_text('null') }} as company,
        {{ to_text('null') }} as address,
        {{ to_text('null') }} as postal_code,
        {{ to_text('null') }} as city,
        {{ to_text('null') }} as province,
        {{ to_text('null') }} as country
    from support_users
    union all
    select
        system,
        account,
        customer_id as source_id,
        'psp_customer' as record_kind,
        email,
        {{ to_text('null') }} as additional_emails,
        phone,
        {{ to_text('null') }} as first_name,
        {{ to_text('null') }} as last_name,
        full_name,
        {{ to_text('null') }} as company,
        {{ to_text('null') }} as address,
        {{ to_text('null') }} as postal_code,
        {{ to_text('null') }} as city,
        {{ to_text('null') }} as province,
        country
    from psp_customers
)

select * from contacts
