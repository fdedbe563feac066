{{ config(materialized='view') }}

-- A view: only the mart reads it.
with

ledger as (
    select * from {{ ref('int_ledger_entries__booked') }}
),

summed as (
    select
        account,
        order_id,
        currency,
        {{ sum_revenue() }}
    from ledger
    group by account, order_id, currency
),

totalled as (
    select
        summed.*,
        {{ total_revenue() }}
    from summed
)

select * from totalled
