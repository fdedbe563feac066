-- Shopify's own record of what was sold, edited, returned and refunded, each sale once: a return
-- and its refund both list it, and the earliest agreement is when it happened. `subject` is what a
-- reversal finds its sale by; Shopify doesn't say which shipping line a return gives back, so all
-- of an order's shipping is one subject, and anything else without an id is known by its line type.
with

sales as (
    select * from {{ ref('stg_shopify__sales') }}
),

agreements as (
    select * from {{ ref('stg_shopify__agreements') }}
),

orders as (
    select * from {{ ref('int_orders__dated') }}
),

moments as (
    select
        orders.account,
        orders.legal_entity,
        orders.order_id,
        orders.order_date,
        orders.group_currency,
        orders.zone,
        agreements.agreement_id,
        agreements.agreement_type,
        agreements.happened_at,
        case
            when agreements.agreement_type = 'OrderAgreement' then orders.processed_at
            else agreements.happened_at
        end as event_at
    from orders
    left join agreements
        on
            orders.account = agreements.account
            and orders.order_id = agreements.order_id
    where not orders.is_test
),

dated as (
    select
        moments.*,
        {{ local_date('event_at', 'zone') }} as event_date
    from moments
),

joined as (
    select
        sales.system,
        sales.account,
        dated.legal_entity,
        sales.order_id,
        sales.sale_id,
        sales.agreement_id,
        sales.line_id,
        sales.action_type,
        sales.line_type,
        dated.agreement_type,
        dated.group_currency,
        dated.order_date,
        dated.event_at,
        dated.event_date,
        sales.currency,
        sales.currency_presentment,
        sales.quantity,
        sales.tax_amount,
        sales.tax_amount_presentment,
        sales.discount_amount,
        sales.discount_amount_presentment,
        sales.total_amount - sales.tax_amount as net_amount,
        sales.total_amount_presentment - sales.tax_amount_presentment as net_amount_presentment,
        sales.first_received_at as recorded_at,
        case
            when sales.line_id is not null then 'line:' || sales.line_id
            when sales.duty_id is not null then 'duty:' || sales.duty_id
            when sales.fee_id is not null then 'fee:' || sales.fee_id
            when sales.additional_fee_id is not null then 'fee:' || sales.additional_fee_id
            else coalesce(sales.line_type, 'unknown')
        end as subject,
        row_number() over (
            partition by sales.account, sales.order_id, sales.sale_id, sales.sale_type
            order by dated.happened_at asc nulls last, sales.agreement_id asc nulls last
        ) as sighting
    from sales
    inner join dated
        on
            sales.account = dated.account
            and sales.order_id = dated.order_id
            and sales.agreement_id = dated.agreement_id
),

classified as (
    select
        joined.*,
        case
            when coalesce(action_type, 'unknown') not in ('order', 'update', 'return')
                then 'unknown'
            when line_type = 'product' and action_type = 'return' then 'return'
            when line_type = 'product' then 'sale'
            when line_type = 'shipping' then 'shipping'
            when line_type = 'duty' then 'duty'
            when line_type in ('fee', 'additional_fee') then 'fee'
            when line_type = 'tip' then 'tip'
            when line_type = 'gift_card' then 'gift_card_sold'
            when
                line_type = 'adjustment'
                and agreement_type in ('RefundAgreement', 'ReturnAgreement')
                then 'return'
            when line_type = 'adjustment' then 'adjustment'
            else 'unknown'
        end as kind
    from joined
    where sighting = 1
)

select * from classified
