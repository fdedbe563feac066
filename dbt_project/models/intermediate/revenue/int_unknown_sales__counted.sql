-- Sales of a line or action type we don't know have no ledger row. They are counted, never dropped.
with

sales as (
    select * from {{ ref('int_sales__classified') }}
    where kind = 'unknown'
),

counted as (
    select
        account,
        order_id,
        count(*) as unknown_sales_count
    from sales
    group by account, order_id
)

select * from counted
