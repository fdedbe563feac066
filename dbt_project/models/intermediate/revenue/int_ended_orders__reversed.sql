-- A cancelled or voided order that was never paid leaves nothing behind. Normally the vendor's own
-- refund agreement reverses it; what that leaves over is reversed here, on the day the order ended.
with

sale_entries as (
    select * from {{ ref('int_sale_entries__split') }}
),

rounding_entries as (
    select * from {{ ref('int_rounding_entries__dated') }}
),

orders as (
    select * from {{ ref('int_orders__dated') }}
    where is_ended_unpaid and not is_test
),

subjects as (
    select * from {{ ref('int_sale_subjects__dated') }}
),

entries as (
    select * from sale_entries
    union all
    select * from rounding_entries
),

left_over as (
    select
        entries.account,
        entries.order_id,
        entries.line_id,
        entries.subject,
        case when entries.kind in ('sale', 'discount') then 'return' else entries.kind end as kind,
        entries.currency,
        entries.currency_presentment,
        sum(entries.amount) as amount,
        sum(entries.amount_presentment) as amount_presentment
    from entries
    inner join orders
        on
            entries.account = orders.account
            and entries.order_id = orders.order_id
    group by
        entries.account,
        entries.order_id,
        entries.line_id,
        entries.subject,
        case when entries.kind in ('sale', 'discount') then 'return' else entries.kind end,
        entries.currency,
        entries.currency_presentment
),

reversed as (
    select
        orders.system,
        left_over.account,
        orders.legal_entity,
        'order:' || left_over.order_id || ':ended:' || left_over.kind || ':' || left_over.subject
            as ledger_id,
        left_over.order_id,
        left_over.line_id,
        left_over.subject,
        left_over.kind,
        orders.ended_at as event_at,
        {{ local_date('orders.ended_at', 'orders.zone') }} as event_date,
        coalesce(subjects.first_sold_date, orders.order_date) as rate_date,
        orders.ended_received_at as recorded_at,
        left_over.currency,
        left_over.currency_presentment,
        orders.group_currency,
        -left_over.amount as amount,
        -left_over.amount_presentment as amount_presentment
    from left_over
    inner join orders
        on
            left_over.account = orders.account
            and left_over.order_id = orders.order_id
    left join subjects
        on
            left_over.account = subjects.account
            and left_over.order_id = subjects.order_id
            and left_over.subject = subjects.subject
    where left_over.amount <> 0 or left_over.amount_presentment <> 0
)

select * from reversed
