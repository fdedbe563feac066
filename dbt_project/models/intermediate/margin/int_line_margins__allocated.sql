-- Margin by line: its own net sales and goods, and its part of what belongs to the order as a
-- whole, by what the line was sold for. Parts are steps of a running share, so they add up to the
-- order exactly.
with

lines as (
    select * from {{ ref('int_line_weights__shared') }}
),

allocated as (
    select
        system,
        account,
        legal_entity,
        order_id,
        line_id,
        order_date,
        sku,
        item_code,
        quantity,
        currency,
        unit_cost_amount,
        cogs_amount,
        net_sales_amount_group,
        {% for part in [
            'goodwill', 'shipping', 'psp_fee', 'shipping_cost', 'lost_dispute', 'provision'
        ] -%}
        {{ prorate('order_' ~ part ~ '_amount_group', 'weight_to', 'weight_total') }}
        - {{ prorate('order_' ~ part ~ '_amount_group', 'weight_from', 'weight_total') }}
            as {{ part }}_amount_group,
        {% endfor -%}
        cogs_amount_group
    from lines
),

valued as (
    select
        allocated.*,
        net_sales_amount_group + goodwill_amount_group + shipping_amount_group - cogs_amount_group
        - shipping_cost_amount_group - psp_fee_amount_group - lost_dispute_amount_group
            as margin_amount_group
    from allocated
)

select * from valued
