-- Ledger rows that came after their month was closed: they are posted to the first month that was
-- open when they were recorded. Months close in order, so that is the one after the last closed by
-- then.
with

added as (
    select * from {{ ref('int_closed_rows__added') }}
    where status = 'closed' and kind <> 'order_placed'
),

closes as (
    select * from {{ ref('stg_closing__closes') }}
    where action = 'close'
),

posted as (
    select
        added.account,
        added.row_id as ledger_id,
        added.legal_entity,
        added.period as event_period,
        max(closes.period) as last_closed_period
    from added
    left join closes
        on
            added.legal_entity = closes.legal_entity
            and added.period <= closes.period
            and greatest(added.recorded_at, added.closed_at) >= closes.decided_at
    group by added.account, added.row_id, added.legal_entity, added.period
),

opened as (
    select
        account,
        ledger_id,
        legal_entity,
        event_period,
        cast(
            {{ dbt.dateadd('month', 1, 'coalesce(last_closed_period, event_period)') }} as date
        ) as posting_period
    from posted
)

select * from opened
