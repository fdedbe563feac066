with

draft_orders as (
    select * from {{ ref('int_draft_orders__aged') }}
)

select
    system,
    account,
    legal_entity,
    draft_order_id,
    draft_order_name,
    customer_key,
    case
        when status = 'invoice_sent' then 'awaiting_payment'
        when is_b2b then 'awaiting_approval'
        else 'draft'
    end as stage,
    is_b2b,
    created_at,
    created_date,
    invoiced_at,
    cast(age_days as bigint) as age_days,
    currency,
    cast(subtotal_amount as decimal(38, 4)) as subtotal_amount,
    cast(tax_amount as decimal(38, 4)) as tax_amount,
    cast(total_price_amount as decimal(38, 4)) as total_amount,
    cast(total_price_amount_group as decimal(38, 4)) as total_amount_group
from draft_orders
