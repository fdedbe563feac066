-- Whose record stands with which company: who bought for a shop's, and whom a CRM has with its own.
with

orders as (
    select * from {{ ref('stg_shopify__orders') }}
    where company_id is not null and not is_test
),

contacts as (
    select * from {{ ref('int_crm_contacts__unioned') }}
    where company_id is not null and merged_into_contact_id is null and not is_archived
),

unioned as (
    select distinct
        system,
        account,
        company_id as source_id,
        system as person_system,
        account as person_account,
        coalesce(customer_id, 'order:' || order_id) as person_source_id,
        true as is_buyer
    from orders
    union all
    select
        system,
        account,
        company_id as source_id,
        system as person_system,
        account as person_account,
        contact_id as person_source_id,
        false as is_buyer
    from contacts
)

select * from unioned
