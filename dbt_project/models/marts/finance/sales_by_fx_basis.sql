with

sales as (
    select * from {{ ref('int_sales__revalued') }}
)

select
    system,
    account,
    legal_entity,
    period,
    currency,
    cast(net_sales_amount as decimal(38, 4)) as net_sales_amount,
    cast(net_sales_amount_group as decimal(38, 4)) as net_sales_amount_group,
    cast(net_sales_month_average_amount_group as decimal(38, 4))
        as net_sales_month_average_amount_group,
    cast(net_sales_closing_amount_group as decimal(38, 4)) as net_sales_closing_amount_group,
    month_average_rate_id,
    closing_rate_id,
    cast(unconverted_rows_count as bigint) as unconverted_rows_count
from sales
