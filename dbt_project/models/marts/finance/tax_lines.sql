with

taxes as (
    select * from {{ ref('int_order_taxes__converted') }}
)

select
    system,
    account,
    legal_entity,
    tax_line_id,
    order_id,
    line_id,
    sale_id,
    kind,
    event_at,
    event_date,
    period,
    country,
    province,
    tax_name,
    tax_rate,
    collected_by,
    currency,
    cast(taxable_amount as decimal(38, 4)) as taxable_amount,
    cast(tax_amount as decimal(38, 4)) as tax_amount,
    cast(tax_amount_group as decimal(38, 4)) as tax_amount_group
from taxes
