{{ config(materialized='view') }}

-- A view: only the mart reads it, and half a million lines need not be written twice.
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
),

totalled as (
    select
        summed.*,
        {{ total_revenue() }}
    from summed
)

select * from totalled
