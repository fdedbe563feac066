with

days as (
    select * from {{ ref('int_days__summed') }}
),

orders as (
    select * from {{ ref('int_orders__dated') }}
    where not is_test
),

placed as (
    select
        system,
        account,
        legal_entity,
        order_date,
        currency,
        count(*) as orders_count
    from orders
    group by system, account, legal_entity, order_date, currency
),

every_day as (
    select
        system,
        account,
        legal_entity,
        event_date as date,
        currency
    from days
    union
    select
        system,
        account,
        legal_entity,
        order_date as date,
        currency
    from placed
),

joined as (
    select
        every_day.system,
        every_day.account,
        every_day.legal_entity,
        every_day.date,
        every_day.currency,
        {{ revenue_or_zero('days') }},
        coalesce(days.fx_difference_amount_group, 0) as fx_difference_amount_group,
        coalesce(placed.orders_count, 0) as orders_count,
        coalesce(days.ledger_rows_count, 0) as ledger_rows_count,
        coalesce(days.converted_rows_count, 0) as converted_rows_count
    from every_day
    left join days
        on
            every_day.account = days.account
            and every_day.date = days.event_date
            and every_day.currency = days.currency
    left join placed
        on
            every_day.account = placed.account
            and every_day.date = placed.order_date
            and every_day.currency = placed.currency
)

select
    system,
    account,
    legal_entity,
    date,
    currency,
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
    cast(orders_count as bigint) as orders_count,
    cast(ledger_rows_count as bigint) as ledger_rows_count,
    cast(converted_rows_count as bigint) as converted_rows_count,
    cast(
        case
            when ledger_rows_count = 0 then 1
            else cast(converted_rows_count as decimal(18, 6)) / ledger_rows_count
        end as decimal(9, 6)
    ) as coverage,
    converted_rows_count = ledger_rows_count as is_complete
from joined
