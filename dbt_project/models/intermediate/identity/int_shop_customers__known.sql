-- Every customer that a shop knows, or knew: with a record, named by an order although the record
-- is gone or not loaded, or merged away into another. The last is gone, unless the shop still has
-- it or an order names it; other systems may still hold its id.
with

customers as (
    select * from {{ ref('stg_shopify__customers') }}
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
    where customer_id is not null and not is_test
),

customer_merges as (
    select * from {{ ref('stg_shopify__customer_merges') }}
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

known as (
    select
        customers.system,
        customers.account,
        customers.customer_id,
        customers.email,
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
        merged_away.customer_id,
        {{ to_text('null') }} as email,
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
        buyers.customer_id,
        buyers.email,
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
)

select * from known
