with

redirects as (
    select * from {{ ref('int_redirects__weighed') }}
)

select
    from_customer_key,
    to_customer_key,
    redirected_at,
    reason,
    cast(records_count as bigint) as records_count,
    cast(orders_count as bigint) as orders_count,
    cast(net_sales_amount_group as decimal(38, 4)) as net_sales_amount_group
from redirects
