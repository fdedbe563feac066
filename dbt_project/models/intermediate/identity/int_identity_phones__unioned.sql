-- The numbers of a node as somebody typed them, with the country to read them by; identity's own
-- step brings them to E.164. A payer's number and that of a parcel's recipient are weak evidence,
-- so they aren't here.
with

customers as (
    select * from {{ ref('stg_shopify__customers') }}
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
    where customer_id is null and not is_test
),

contacts as (
    select * from {{ ref('int_crm_contacts__unioned') }}
),

support_users as (
    select * from {{ ref('int_support_users__unioned') }}
    where is_end_user
),

user_identities as (
    select * from {{ ref('stg_zendesk__user_identities') }}
    where identity_kind = 'phone_number'
),

unioned as (
    select
        system,
        account,
        customer_id as source_id,
        phone,
        country
    from customers
    union all
    select
        system,
        account,
        'order:' || order_id as source_id,
        phone,
        coalesce(billing_country, shipping_country) as country
    from orders
    union all
    select
        system,
        account,
        contact_id as source_id,
        phone,
        country
    from contacts
    union all
    select
        system,
        account,
        contact_id as source_id,
        mobile_phone as phone,
        country
    from contacts
    union all
    select
        system,
        account,
        user_id as source_id,
        phone,
        {{ to_text('null') }} as country
    from support_users
    union all
    select
        user_identities.system,
        user_identities.account,
        user_identities.user_id as source_id,
        user_identities.identity_value as phone,
        {{ to_text('null') }} as country
    from user_identities
    inner join support_users
        on
            user_identities.system = support_users.system
            and user_identities.account = support_users.account
            and user_identities.user_id = support_users.user_id
),

trimmed as (
    select
        system,
        account,
        source_id,
        trim(phone) as phone,
        max(country) as country
    from unioned
    where trim(phone) <> ''
    group by system, account, source_id, trim(phone)
)

select * from trimmed
