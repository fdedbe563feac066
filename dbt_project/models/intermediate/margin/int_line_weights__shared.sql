-- Lines with their weight in the order (sold for, after discount; all alike where nothing was
-- paid), the running weight, and what the order as a whole has to share out among them.
with

line_items as (
    select * from {{ ref('stg_shopify__line_items') }}
),

orders as (
    select * from {{ ref('int_order_margins__summed') }}
),

summed_lines as (
    select * from {{ ref('int_order_lines__summed') }}
),

costed_lines as (
    select * from {{ ref('int_line_costs__converted') }}
),

lines as (
    select
        orders.system,
        line_items.account,
        orders.legal_entity,
        line_items.order_id,
        line_items.line_id,
        orders.order_date,
        line_items.sku,
        costed_lines.item_code,
        coalesce(costed_lines.quantity, 0) as quantity,
        orders.currency,
        costed_lines.unit_cost_amount,
        coalesce(costed_lines.cogs_amount, 0) as cogs_amount,
        case when summed_lines.line_id is null then 0 else summed_lines.net_sales_amount_group end
            as net_sales_amount_group,
        case when costed_lines.line_id is null then 0 else costed_lines.cogs_amount_group end
            as cogs_amount_group,
        case
            when summed_lines.line_id is null then 0
            else
                greatest(
                    summed_lines.gross_sales_amount_group - summed_lines.discounts_amount_group, 0
                )
        end as sold_amount_group,
        orders.net_sales_amount_group as order_net_sales_amount_group,
        orders.shipping_amount_group as order_shipping_amount_group,
        orders.psp_fee_amount_group as order_psp_fee_amount_group,
        orders.shipping_cost_amount_group as order_shipping_cost_amount_group,
        orders.lost_dispute_amount_group as order_lost_dispute_amount_group,
        orders.provision_amount_group as order_provision_amount_group
    from line_items
    inner join orders
        on
            line_items.account = orders.account
            and line_items.order_id = orders.order_id
    left join summed_lines
        on
            line_items.account = summed_lines.account
            and line_items.order_id = summed_lines.order_id
            and line_items.line_id = summed_lines.line_id
            and orders.currency = summed_lines.currency
    left join costed_lines
        on
            line_items.account = costed_lines.account
            and line_items.order_id = costed_lines.order_id
            and line_items.line_id = costed_lines.line_id
),

weighed as (
    select
        lines.*,
        case
            when
                sum(sold_amount_group) over (partition by account, order_id) > 0
                then sold_amount_group
            else 1
        end as weight
    from lines
),

shared as (
    select
        weighed.*,
        order_net_sales_amount_group
        - sum(net_sales_amount_group) over (partition by account, order_id)
            as order_goodwill_amount_group,
        sum(weight) over (partition by account, order_id) as weight_total,
        sum(weight) over (
            partition by account, order_id
            order by line_id asc nulls last
            rows between unbounded preceding and current row
        ) as weight_to,
        sum(weight) over (
            partition by account, order_id
            order by line_id asc nulls last
            rows between unbounded preceding and current row
        ) - weight as weight_from
    from weighed
)

select * from shared
