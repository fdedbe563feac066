{{ config(materialized='view') }}

-- What a close freezes, as it stands now: the ledger's rows, and the orders placed.
with

ledger as (
    select * from {{ ref('int_ledger_entries__booked') }}
),

orders as (
    select * from {{ ref('int_orders__dated') }}
    where not is_test
),

rows_now as (
    select
        legal_entity,
        account,
        ledger_id as row_id,
        order_id,
        kind,
        event_date,
        recorded_at,
        currency,
        cast(amount as decimal(38, 4)) as amount,
        cast(amount_group as decimal(38, 4)) as amount_group,
        rate_id
    from ledger
    union all
    select
        legal_entity,
        account,
        'order:' || order_id || ':placed' as row_id,
        order_id,
        'order_placed' as kind,
        order_date as event_date,
        first_received_at as recorded_at,
        currency,
        cast(0 as decimal(38, 4)) as amount,
        cast(0 as decimal(38, 4)) as amount_group,
        {{ to_text('null') }} as rate_id
    from orders
)

select * from rows_now
