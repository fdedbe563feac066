with

net_sales as (
    select * from {{ ref('int_net_sales__attributed') }}
),

lines as (
    select
        customer_key,
        currency,
        amount,
        amount_group,
        bridge_line as line
    from net_sales
    union all
    select
        customer_key,
        currency,
        amount,
        amount_group,
        'ledger_net_sales' as line
    from net_sales
),

summed as (
    select
        line,
        currency,
        cast(count(*) as bigint) as ledger_rows_count,
        cast(count(distinct customer_key) as bigint) as customers_count,
        cast(sum(amount) as decimal(38, 4)) as amount,
        cast(coalesce(sum(amount_group), 0) as decimal(38, 4)) as amount_group
    from lines
    group by line, currency
)

select
    line,
    currency,
    ledger_rows_count,
    customers_count,
    amount,
    amount_group
from summed
