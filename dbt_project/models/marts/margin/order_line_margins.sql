with

lines as (
    select * from {{ ref('int_line_margins__allocated') }}
)

select
    system,
    account,
    legal_entity,
    order_id,
    line_id,
    order_date,
    sku,
    item_code,
    cast(quantity as bigint) as quantity,
    currency,
    cast(unit_cost_amount as decimal(38, 4)) as unit_cost_amount,
    cast(cogs_amount as decimal(38, 4)) as cogs_amount,
    cast(net_sales_amount_group as decimal(38, 4)) as net_sales_amount_group,
    cast(goodwill_amount_group as decimal(38, 4)) as goodwill_amount_group,
    cast(shipping_amount_group as decimal(38, 4)) as shipping_amount_group,
    cast(cogs_amount_group as decimal(38, 4)) as cogs_amount_group,
    cast(shipping_cost_amount_group as decimal(38, 4)) as shipping_cost_amount_group,
    cast(psp_fee_amount_group as decimal(38, 4)) as psp_fee_amount_group,
    cast(lost_dispute_amount_group as decimal(38, 4)) as lost_dispute_amount_group,
    cast(provision_amount_group as decimal(38, 4)) as provision_amount_group,
    cast(margin_amount_group as decimal(38, 4)) as margin_amount_group
from lines
