-- What the goods of each line cost as of the day they were sold: the item code that the SKU stood
-- for, and that item's cost, each the newest valid by then in its highest version. Goods that came
-- back are in stock again, at what they had cost. No code or no cost leaves the amount null, and is
-- counted.
with

sales as (
    select * from {{ ref('int_sales__classified') }}
    where kind in ('sale', 'return') and line_id is not null
),

subjects as (
    select * from {{ ref('int_sale_subjects__dated') }}
),

orders as (
    select * from {{ ref('int_orders__dated') }}
    where not is_test
),

line_items as (
    select * from {{ ref('stg_shopify__line_items') }}
),

item_codes as (
    select * from {{ ref('stg_erp__item_codes') }}
),

item_costs as (
    select * from {{ ref('stg_erp__item_costs') }}
),

moved as (
    select
        account,
        order_id,
        line_id,
        sum(coalesce(quantity, 0)) as quantity
    from sales
    group by account, order_id, line_id
),

lines as (
    select
        moved.account,
        moved.order_id,
        moved.line_id,
        line_items.sku,
        orders.currency,
        subjects.first_sold_date as sold_date,
        case when orders.is_ended_unpaid then 0 else moved.quantity end as quantity
    from moved
    inner join orders
        on
            moved.account = orders.account
            and moved.order_id = orders.order_id
    left join line_items
        on
            moved.account = line_items.account
            and moved.order_id = line_items.order_id
            and moved.line_id = line_items.line_id
    left join subjects
        on
            moved.account = subjects.account
            and moved.order_id = subjects.order_id
            and 'line:' || moved.line_id = subjects.subject
),

coded as (
    select
        lines.*,
        item_codes.item_code,
        row_number() over (
            partition by lines.account, lines.order_id, lines.line_id
            order by item_codes.valid_from desc nulls last, item_codes.version desc nulls last
        ) as code_rank
    from lines
    left join item_codes
        on
            lines.account = item_codes.shop_account
            and lines.sku = item_codes.sku
            and lines.sold_date >= item_codes.valid_from
),

priced as (
    select
        coded.*,
        item_costs.cost_amount as unit_cost_amount,
        item_costs.valid_from as cost_valid_from,
        item_costs.version as cost_version,
        row_number() over (
            partition by coded.account, coded.order_id, coded.line_id
            order by item_costs.valid_from desc nulls last, item_costs.version desc nulls last
        ) as cost_rank
    from coded
    left join item_costs
        on
            coded.item_code = item_costs.item_code
            and coded.currency = item_costs.currency
            and coded.sold_date >= item_costs.valid_from
    where coded.code_rank = 1
),

costed as (
    select
        account,
        order_id,
        line_id,
        sku,
        item_code,
        sold_date,
        currency,
        quantity,
        unit_cost_amount,
        cost_valid_from,
        cost_version,
        cast(
            cast(quantity as decimal(18, 0)) * cast(unit_cost_amount as decimal(18, 4))
            as decimal(38, 4)
        ) as cogs_amount
    from priced
    where cost_rank = 1
)

select * from costed
