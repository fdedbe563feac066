{{ config(materialized='view') }}

-- A view: only the mart reads it.
with

ledger as (
    select * from {{ ref('int_ledger_entries__booked') }}
),

summed as (
    select
        system,
        account,
        legal_entity,
        event_date,
        currency,
        {{ sum_revenue(strict=false) }}
    from ledger
    group by system, account, legal_entity, event_date, currency
),

totalled as (
    select
        summed.*,
        {{ total_revenue() }}
    from summed
)

select * from totalled
