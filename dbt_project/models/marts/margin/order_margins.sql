with

orders as (
    select * from {{ ref('int_order_margins__summed') }}
),

orders_keyed as (
    select * from {{ ref('int_orders__keyed') }}
)

select
    orders.system,
    orders.account,
    orders.legal_entity,
    orders.order_id,
    orders_keyed.customer_key,
    orders.order_date,
    orders.currency,
    cast(orders.net_sales_amount as decimal(38, 4)) as net_sales_amount,
    cast(orders.cogs_amount as decimal(38, 4)) as cogs_amount,
    cast(orders.net_sales_amount_group as decimal(38, 4)) as net_sales_amount_group,
    cast(orders.shipping_amount_group as decimal(38, 4)) as shipping_amount_group,
    cast(orders.cogs_amount_group as decimal(38, 4)) as cogs_amount_group,
    cast(orders.shipping_cost_amount_group as decimal(38, 4)) as shipping_cost_amount_group,
    cast(orders.psp_fee_amount_group as decimal(38, 4)) as psp_fee_amount_group,
    cast(orders.lost_dispute_amount_group as decimal(38, 4)) as lost_dispute_amount_group,
    cast(orders.margin_amount_group as decimal(38, 4)) as margin_amount_group,
    cast(orders.provision_amount_group as decimal(38, 4)) as provision_amount_group,
    cast(orders.margin_amount_group - orders.provision_amount_group as decimal(38, 4))
        as margin_after_provision_amount_group,
    cast(orders.uncosted_lines_count as bigint) as uncosted_lines_count
from orders
left join orders_keyed
    on
        orders.account = orders_keyed.account
        and orders.order_id = orders_keyed.order_id
