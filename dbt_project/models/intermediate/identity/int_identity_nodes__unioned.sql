-- Whoever bought or is known: customer records, each checkout without one, contacts of the CRMs,
-- customers of the payment providers. An order may name a customer whose record is gone or not
-- loaded; that customer is a node all the same.
with

customers as (
    select * from {{ ref('stg_shopify__customers') }}
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
    where not is_test
),

contacts as (
    select * from {{ ref('int_crm_contacts__unioned') }}
),

psp_customers as (
    select * from {{ ref('int_psp_customers__unioned') }}
),

ranked_orders as (
    select
        system,
        account,
        customer_id,
        email,
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
        b2b_flag = 1 as is_b2b,
        created_at
    from ranked_orders
    where order_rank = 1
),

nodes as (
    select
        customers.system,
        customers.account,
        customers.customer_id as source_id,
        'customer' as node_kind,
        {{ normalize_email('customers.email') }} as email_normalized,
        buyers.is_b2b,
        customers.created_at as first_seen_at
    from customers
    left join buyers
        on
            customers.account = buyers.account
            and customers.customer_id = buyers.customer_id
    union all
    select
        buyers.system,
        buyers.account,
        buyers.customer_id as source_id,
        'customer' as node_kind,
        {{ normalize_email('buyers.email') }} as email_normalized,
        buyers.is_b2b,
        buyers.created_at as first_seen_at
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
        {{ normalize_email('email') }} as email_normalized,
        is_b2b,
        created_at as first_seen_at
    from orders
    where customer_id is null
    union all
    select
        system,
        account,
        contact_id as source_id,
        'contact' as node_kind,
        email_normalized,
        cast(null as boolean) as is_b2b,
        coalesce(created_at, merged_at) as first_seen_at
    from contacts
    union all
    select
        system,
        account,
        customer_id as source_id,
        'psp_customer' as node_kind,
        email_normalized,
        cast(null as boolean) as is_b2b,
        created_at as first_seen_at
    from psp_customers
),

flagged as (
    select
        nodes.*,
        {{ is_role_address('email_normalized') }} as is_role_address
    from nodes
)

select * from flagged
