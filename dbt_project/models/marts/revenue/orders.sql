with

orders as (
    select * from {{ ref('int_orders__dated') }}
),

qualified_orders as (
    select * from {{ ref('int_orders__qualified') }}
),

summed_orders as (
    select * from {{ ref('int_orders__summed') }}
),

receivables as (
    select * from {{ ref('int_receivables__converted') }}
),

unknown_sales as (
    select * from {{ ref('int_unknown_sales__counted') }}
),

run_context as (
    select * from {{ ref('stg_group__run_context') }}
),

joined as (
    select
        orders.system,
        orders.account,
        orders.legal_entity,
        orders.order_id,
        qualified_orders.customer_key,
        orders.order_name,
        orders.status,
        orders.financial_status,
        orders.fulfillment_status,
        orders.is_test,
        orders.is_b2b,
        qualified_orders.is_valid_order,
        orders.channel,
        qualified_orders.country,
        orders.processed_at,
        orders.order_date,
        orders.order_date_group,
        orders.cancelled_at,
        orders.updated_at,
        orders.currency,
        orders.currency_presentment,
        {{ revenue_or_zero('summed_orders') }},
        coalesce(summed_orders.fx_difference_amount_group, 0) as fx_difference_amount_group,
        coalesce(receivables.outstanding_amount, 0) as outstanding_amount,
        case
            when receivables.order_id is null then 0 else receivables.outstanding_amount_group
        end as outstanding_amount_group,
        case
            when receivables.outstanding_amount > 0
                then {{
                    days_between(
                        'orders.order_date', local_date('run_context.as_of', 'orders.zone')
                    )
                }}
        end as receivable_age_days,
        coalesce(unknown_sales.unknown_sales_count, 0) as unknown_sales_count
    from orders
    cross join run_context
    left join qualified_orders
        on
            orders.account = qualified_orders.account
            and orders.order_id = qualified_orders.order_id
    left join summed_orders
        on
            orders.account = summed_orders.account
            and orders.order_id = summed_orders.order_id
            and orders.currency = summed_orders.currency
    left join receivables
        on
            orders.account = receivables.account
            and orders.order_id = receivables.order_id
    left join unknown_sales
        on
            orders.account = unknown_sales.account
            and orders.order_id = unknown_sales.order_id
)

select
    system,
    account,
    legal_entity,
    order_id,
    customer_key,
    order_name,
    status,
    financial_status,
    fulfillment_status,
    is_test,
    is_b2b,
    is_valid_order,
    channel,
    country,
    processed_at,
    order_date,
    order_date_group,
    cancelled_at,
    updated_at,
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
    amount_due_group,
    cast(fx_difference_amount_group as decimal(38, 4)) as fx_difference_amount_group,
    cast(outstanding_amount as decimal(38, 4)) as outstanding_amount,
    cast(outstanding_amount_group as decimal(38, 4)) as outstanding_amount_group,
    cast(receivable_age_days as bigint) as receivable_age_days,
    cast(unknown_sales_count as bigint) as unknown_sales_count
from joined
