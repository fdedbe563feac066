with

line_items as (
    select * from {{ ref('stg_shopify__line_items') }}
),

orders as (
    select * from {{ ref('int_orders__dated') }}
),

summed_lines as (
    select * from {{ ref('int_order_lines__summed') }}
),

joined as (
    select
        line_items.system,
        line_items.account,
        orders.legal_entity,
        line_items.order_id,
        line_items.line_id,
        line_items.product_id,
        line_items.variant_id,
        line_items.bundle_id,
        line_items.sku,
        line_items.title,
        line_items.is_gift_card,
        line_items.quantity,
        line_items.current_quantity,
        orders.currency,
        orders.currency_presentment,
        {{ revenue_or_zero('summed_lines') }}
    from line_items
    left join orders
        on
            line_items.account = orders.account
            and line_items.order_id = orders.order_id
    left join summed_lines
        on
            line_items.account = summed_lines.account
            and line_items.order_id = summed_lines.order_id
            and line_items.line_id = summed_lines.line_id
)

select
    system,
    account,
    legal_entity,
    order_id,
    line_id,
    product_id,
    variant_id,
    bundle_id,
    sku,
    title,
    is_gift_card,
    quantity,
    current_quantity,
    currency,
    currency_presentment,
    gross_sales_amount,
    gross_sales_amount_group,
    discounts_amount,
    discounts_amount_group,
    returns_amount,
    returns_amount_group,
    net_sales_amount,
    net_sales_amount_group,
    shipping_amount,
    shipping_amount_group,
    duties_amount,
    duties_amount_group,
    fees_amount,
    fees_amount_group,
    tax_amount,
    tax_amount_group,
    total_sales_amount,
    total_sales_amount_group,
    tips_amount,
    tips_amount_group,
    gift_cards_sold_amount,
    gift_cards_sold_amount_group,
    rounding_amount,
    rounding_amount_group,
    adjustments_amount,
    adjustments_amount_group,
    amount_due,
    amount_due_group
from joined
