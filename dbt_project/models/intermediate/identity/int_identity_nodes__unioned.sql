-- Whoever bought or is known: customer records, each checkout without one, contacts and leads of
-- the CRMs, customers of the payment providers, users of support that aren't staff. An order may
-- name a customer whose record is gone or not loaded; that customer is a node all the same. One
-- that its shop merged away is gone, unless the shop still has it or an order names it; other
-- systems may still hold its id.
with

customers as (
    select * from {{ ref('stg_shopify__customers') }}
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
    where not is_test
),

customer_merges as (
    select * from {{ ref('stg_shopify__customer_merges') }}
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

ranked_orders as (
    select
        system,
        account,
        customer_id,
        email,
        shipping_first_name,
        shipping_last_name,
        created_at,
        max(case when is_b2b then 1 else 0 end) over (partition by account, customer_id)
            as b2b_flag,
        row_number() over (
            partition by account, customer_id
            order by created_at asc nulls last, order_id asc nulls last
        ) as order_rank
    from orders
    where customer_id is not null
),

buyers as (
    select
        system,
        account,
        customer_id,
        email,
        shipping_first_name,
        shipping_last_name,
        b2b_flag = 1 as is_b2b,
        created_at
    from ranked_orders
    where order_rank = 1
),

merged_away as (
    select
        customer_merges.system,
        customer_merges.account,
        customer_merges.deleted_customer_id as customer_id,
        max(customer_merges.merged_at) as merged_at
    from customer_merges
    left join buyers
        on
            customer_merges.account = buyers.account
            and customer_merges.deleted_customer_id = buyers.customer_id
    where buyers.customer_id is null
    group by
        customer_merges.system, customer_merges.account, customer_merges.deleted_customer_id
),

nodes as (
    select
        customers.system,
        customers.account,
        customers.customer_id as source_id,
        'customer' as node_kind,
        customers.email,
        {{ normalize_email('customers.email') }} as email_normalized,
        {{ full_name('customers.first_name', 'customers.last_name') }} as full_name,
        buyers.is_b2b,
        customers.created_at as first_seen_at,
        cast(null as timestamp) as gone_at
    from customers
    left join buyers
        on
            customers.account = buyers.account
            and customers.customer_id = buyers.customer_id
    union all
    select
        merged_away.system,
        merged_away.account,
        merged_away.customer_id as source_id,
        'customer' as node_kind,
        {{ to_text('null') }} as email,
        {{ to_text('null') }} as email_normalized,
        {{ to_text('null') }} as full_name,
        cast(null as boolean) as is_b2b,
        merged_away.merged_at as first_seen_at,
        merged_away.merged_at as gone_at
    from merged_away
    left join customers
        on
            merged_away.account = customers.account
            and merged_away.customer_id = customers.customer_id
    where customers.customer_id is null
    union all
    select
        buyers.system,
        buyers.account,
        buyers.customer_id as source_id,
        'customer' as node_kind,
        buyers.email,
        {{ normalize_email('buyers.email') }} as email_normalized,
        {{ full_name('buyers.shipping_first_name', 'buyers.shipping_last_name') }} as full_name,
        buyers.is_b2b,
        buyers.created_at as first_seen_at,
        cast(null as timestamp) as gone_at
    from buyers
    left join customers
        on
            buyers.account = customers.account
            and buyers.customer_id = customers.customer_id
    where customers.customer_id is null
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
    where customer_id is null
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
