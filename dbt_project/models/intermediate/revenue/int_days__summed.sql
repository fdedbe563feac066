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
)

select * from summed
