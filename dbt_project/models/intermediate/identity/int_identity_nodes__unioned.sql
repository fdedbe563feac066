-- Whoever bought or is known: customers of the shops, each checkout without one, contacts and leads
-- of the CRMs, customers of the payment providers, users of support that aren't staff.
with

shop_customers as (
    select * from {{ ref('int_shop_customers__known') }}
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
    where customer_id is null and not is_test
),

contacts as (
    select * from {{ ref('int_crm_contacts__unioned') }}
),

psp_customers as (
    select * from {{ ref('int_psp_customers__unioned') }}
),

support_users as (
    select * from {{ ref('int_support_users__unioned') }}
    where is_end_user
),

roles as (
    select * from {{ ref('identity_address_guards') }}
    where kind = 'role'
),

disposable as (
    select * from {{ ref('identity_address_guards') }}
    where kind = 'disposable'
),

nodes as (
    select
        system,
        account,
        customer_id as source_id,
        'customer' as node_kind,
        email,
        {{ normalize_email('email') }} as email_normalized,
        full_name,
        is_b2b,
        first_seen_at,
        gone_at
    from shop_customers
    union all
    select
        system,
        account,
        'order:' || order_id as source_id,
        'checkout' as node_kind,
        email,
        {{ normalize_email('email') }} as email_normalized,
        {{ full_name('shipping_first_name', 'shipping_last_name') }} as full_name,
        is_b2b,
        created_at as first_seen_at,
        cast(null as timestamp) as gone_at
    from orders
    union all
    select
        system,
        account,
        contact_id as source_id,
        record_kind as node_kind,
        email,
        email_normalized,
        {{ full_name('first_name', 'last_name') }} as full_name,
        cast(null as boolean) as is_b2b,
        coalesce(created_at, merged_at) as first_seen_at,
        cast(null as timestamp) as gone_at
    from contacts
    union all
    select
        system,
        account,
        customer_id as source_id,
        'psp_customer' as node_kind,
        email,
        email_normalized,
        full_name,
        cast(null as boolean) as is_b2b,
        created_at as first_seen_at,
        cast(null as timestamp) as gone_at
    from psp_customers
    union all
    select
        system,
        account,
        user_id as source_id,
        'support_user' as node_kind,
        email,
        email_normalized,
        full_name,
        cast(null as boolean) as is_b2b,
        created_at as first_seen_at,
        cast(null as timestamp) as gone_at
    from support_users
),

flagged as (
    select
        nodes.system,
        nodes.account,
        nodes.source_id,
        nodes.node_kind,
        nodes.email_normalized,
        nodes.full_name,
        nodes.is_b2b,
        nodes.first_seen_at,
        nodes.gone_at,
        trim(nodes.email) <> '' and nodes.email_normalized is null as has_malformed_email,
        roles.pattern is not null as is_role_address,
        disposable.pattern is not null as is_disposable_address
    from nodes
    left join roles on split_part(nodes.email_normalized, '@', 1) = roles.pattern
    left join disposable on split_part(nodes.email_normalized, '@', 2) = disposable.pattern
)

select * from flagged
