with

entries as (
    select * from {{ ref('int_ledger_entries__booked') }}
),

orders_keyed as (
    select * from {{ ref('int_orders__keyed') }}
),

posting_periods as (
    select * from {{ ref('int_posting_periods__opened') }}
),

joined as (
    select
        entries.system,
        entries.account,
        entries.legal_entity,
        entries.ledger_id,
        entries.order_id,
        entries.line_id,
        entries.kind,
        entries.event_at,
        entries.event_date,
        entries.recorded_at,
        entries.currency,
        entries.currency_presentment,
        entries.amount,
        entries.amount_presentment,
        entries.amount_group,
        entries.rate_id,
        orders_keyed.customer_key,
        coalesce(posting_periods.posting_period, {{ first_of_month('entries.event_date') }})
            as posting_period
    from entries
    left join orders_keyed
        on
            entries.account = orders_keyed.account
            and entries.order_id = orders_keyed.order_id
    left join posting_periods
        on
            entries.account = posting_periods.account
            and entries.ledger_id = posting_periods.ledger_id
)

select
    system,
    account,
    legal_entity,
    ledger_id,
    order_id,
    line_id,
    customer_key,
    kind,
    event_at,
    event_date,
    recorded_at,
    posting_period,
    currency,
    currency_presentment,
    cast(amount as decimal(38, 4)) as amount,
    cast(amount_presentment as decimal(38, 4)) as amount_presentment,
    cast(amount_group as decimal(38, 4)) as amount_group,
    rate_id
from joined
