-- Contribution margin of an order, in group money and in one formula: net sales + shipping charged
-- - goods - shipping cost - payment providers' fees - disputes lost. Provisions stand beside it.
-- One part that can't be converted, or goods without a cost, leaves the margin null.
with

orders as (
    select * from {{ ref('int_orders__dated') }}
    where not is_test
),

summed_orders as (
    select * from {{ ref('int_orders__summed') }}
),

lines as (
    select * from {{ ref('int_line_costs__converted') }}
),

costs as (
    select * from {{ ref('int_order_costs__unioned') }}
),

goods as (
    select
        account,
        order_id,
        currency,
        sum(cogs_amount) as cogs_amount,
        case
            when sum(case when cogs_amount_group is null then 1 else 0 end) = 0
                then sum(cogs_amount_group)
        end as cogs_amount_group,
        sum(case when cogs_amount is null and quantity <> 0 then 1 else 0 end)
            as uncosted_lines_count
    from lines
    group by account, order_id, currency
),

other_costs as (
    select
        account,
        order_id,
        {% for kind in ['psp_fee', 'shipping_cost', 'lost_dispute', 'provision'] -%}
        sum(case when kind = '{{ kind }}' then amount_group else 0 end)
            as {{ kind }}_amount_group,
        {% endfor -%}
        sum(case when amount_group is null then 1 else 0 end) as unconverted_costs_count
    from costs
    group by account, order_id
),

summed as (
    select
        orders.system,
        orders.account,
        orders.legal_entity,
        orders.order_id,
        orders.order_date,
        orders.currency,
        coalesce(summed_orders.net_sales_amount, 0) as net_sales_amount,
        case
            when summed_orders.order_id is null then 0 else summed_orders.net_sales_amount_group
        end as net_sales_amount_group,
        case when summed_orders.order_id is null then 0 else summed_orders.shipping_amount_group end
            as shipping_amount_group,
        coalesce(goods.cogs_amount, 0) as cogs_amount,
        case when goods.order_id is null then 0 else goods.cogs_amount_group end
            as cogs_amount_group,
        {% for kind in ['psp_fee', 'shipping_cost', 'lost_dispute', 'provision'] -%}
        case
            when coalesce(other_costs.unconverted_costs_count, 0) = 0
                then coalesce(other_costs.{{ kind }}_amount_group, 0)
        end as {{ kind }}_amount_group,
        {% endfor -%}
        coalesce(goods.uncosted_lines_count, 0) as uncosted_lines_count
    from orders
    left join summed_orders
        on
            orders.account = summed_orders.account
            and orders.order_id = summed_orders.order_id
            and orders.currency = summed_orders.currency
    left join goods
        on
            orders.account = goods.account
            and orders.order_id = goods.order_id
            and orders.currency = goods.currency
    left join other_costs
        on
            orders.account = other_costs.account
            and orders.order_id = other_costs.order_id
),

valued as (
    select
        summed.*,
        net_sales_amount_group + shipping_amount_group - cogs_amount_group
        - shipping_cost_amount_group - psp_fee_amount_group - lost_dispute_amount_group
            as margin_amount_group
    from summed
)

select * from valued
