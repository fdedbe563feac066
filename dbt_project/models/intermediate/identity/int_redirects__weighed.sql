-- What each merge moved: the records that had the dead key, their orders and net sales. A key that
-- a split gave back leads to itself and is no redirect.
with

redirects as (
    select * from {{ ref('stg_identity__redirects') }}
),

customer_ids as (
    select * from {{ ref('int_customer_ids__versioned') }}
    where not is_current
),

orders_keyed as (
    select * from {{ ref('int_orders__keyed') }}
),

net_sales as (
    select * from {{ ref('int_net_sales__attributed') }}
),

ranked as (
    select
        from_customer_key,
        to_customer_key,
        redirected_at,
        reason,
        row_number() over (
            partition by from_customer_key
            order by redirected_at desc nulls last, to_customer_key asc nulls last
        ) as newest_rank
    from redirects
),

living as (
    select *
    from ranked
    where newest_rank = 1 and from_customer_key <> to_customer_key
),

moved as (
    select distinct
        customer_key as from_customer_key,
        system,
        account,
        source_id
    from customer_ids
),

sold as (
    select
        account,
        order_id,
        sum(amount_group) as net_sales_amount_group
    from net_sales
    group by account, order_id
),

weighed as (
    select
        moved.from_customer_key,
        count(distinct moved.system || ':' || moved.account || ':' || moved.source_id)
            as records_count,
        count(orders_keyed.order_id) as orders_count,
        sum(sold.net_sales_amount_group) as net_sales_amount_group
    from moved
    left join orders_keyed
        on
            moved.system = orders_keyed.system
            and moved.account = orders_keyed.account
            and moved.source_id = orders_keyed.source_id
    left join sold
        on
            orders_keyed.account = sold.account
            and orders_keyed.order_id = sold.order_id
    group by moved.from_customer_key
),

joined as (
    select
        living.from_customer_key,
        living.to_customer_key,
        living.redirected_at,
        living.reason,
        coalesce(weighed.records_count, 0) as records_count,
        coalesce(weighed.orders_count, 0) as orders_count,
        coalesce(weighed.net_sales_amount_group, 0) as net_sales_amount_group
    from living
    left join weighed on living.from_customer_key = weighed.from_customer_key
)

select * from joined
