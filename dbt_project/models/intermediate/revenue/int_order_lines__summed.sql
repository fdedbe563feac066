with

ledger as (
    select * from {{ ref('int_ledger_entries__booked') }}
    where line_id is not null
),

summed as (
    select
        account,
        order_id,
        line_id,
        currency,
        {{ sum_revenue() }}
    from ledger
    group by account, order_id, line_id, currency
)

select * from summed
