with

related as (
    select * from {{ ref('int_companies__related') }}
),

keyed as (
    select * from {{ ref('int_companies__keyed') }}
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
    where company_id is not null and not is_test
),

net_sales as (
    select * from {{ ref('int_net_sales__attributed') }}
),

sold as (
    select
        account,
        order_id,
        max(customer_key) as customer_key,
        sum(amount_group) as net_sales_amount_group
    from net_sales
    group by account, order_id
),

bought as (
    select
        keyed.company_key,
        orders.order_id,
        orders.account,
        sold.customer_key,
        coalesce(sold.net_sales_amount_group, 0) as net_sales_amount_group
    from orders
    inner join keyed
        on
            orders.account = keyed.account
            and orders.company_id = keyed.company_id
    left join sold
        on
            orders.account = sold.account
            and orders.order_id = sold.order_id
),

own as (
    select
        company_key,
        count(*) as orders_count,
        count(distinct customer_key) as buyers_count,
        sum(net_sales_amount_group) as net_sales_amount_group
    from bought
    group by company_key
),

lines as (
    select
        company_key as over_key,
        company_key
    from related
    union
    select
        above_1 as over_key,
        company_key
    from related
    where above_1 is not null
    union
    select
        above_2 as over_key,
        company_key
    from related
    where above_2 is not null
    union
    select
        above_3 as over_key,
        company_key
    from related
    where above_3 is not null
    union
    select
        above_4 as over_key,
        company_key
    from related
    where above_4 is not null
),

rolled as (
    select
        lines.over_key as company_key,
        count(*) as companies_count,
        sum(coalesce(own.orders_count, 0)) as orders_count,
        sum(coalesce(own.net_sales_amount_group, 0)) as net_sales_amount_group
    from lines
    left join own on lines.company_key = own.company_key
    group by lines.over_key
)

select
    related.company_key,
    related.above_1 as parent_company_key,
    coalesce(
        related.above_4, related.above_3, related.above_2, related.above_1, related.company_key
    ) as top_company_key,
    cast(
        case when related.above_1 is null then 1 else 2 end
        + case when related.above_2 is null then 0 else 1 end
        + case when related.above_3 is null then 0 else 1 end
        + case when related.above_4 is null then 0 else 1 end
        as bigint
    ) as level,
    related.company_name,
    related.country,
    cast(related.source_records_count as bigint) as source_records_count,
    cast(coalesce(own.buyers_count, 0) as bigint) as buyers_count,
    cast(coalesce(own.orders_count, 0) as bigint) as orders_count,
    cast(coalesce(own.net_sales_amount_group, 0) as decimal(38, 4)) as net_sales_amount_group,
    cast(rolled.companies_count as bigint) as companies_count,
    cast(rolled.orders_count as bigint) as orders_with_subsidiaries_count,
    cast(rolled.net_sales_amount_group as decimal(38, 4))
        as net_sales_with_subsidiaries_amount_group
from related
left join own on related.company_key = own.company_key
left join rolled on related.company_key = rolled.company_key
