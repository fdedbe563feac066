{{ config(materialized='view') }}

-- The ledger's rows: every converted entry, and for a reversal the gap between its sale's rate and
-- the rate of the day as a row of its own, outside net and total sales.
with

converted as (
    select * from {{ ref('int_ledger_entries__converted') }}
),

booked as (
    select
        system,
        account,
        legal_entity,
        ledger_id,
        order_id,
        line_id,
        kind,
        event_at,
        event_date,
        recorded_at,
        currency,
        currency_presentment,
        amount,
        amount_presentment,
        amount_group,
        rate_id
    from converted
    union all
    select
        system,
        account,
        legal_entity,
        ledger_id || ':fx_difference' as ledger_id,
        order_id,
        line_id,
        'fx_difference' as kind,
        event_at,
        event_date,
        recorded_at,
        currency,
        currency_presentment,
        cast(0 as decimal(38, 4)) as amount,
        cast(0 as decimal(38, 4)) as amount_presentment,
        fx_difference_group as amount_group,
        day_rate_id as rate_id
    from converted
    where fx_difference_group <> 0
)

select * from booked
