-- Rows that a closed month has now and hadn't when it was closed, and why each came. A gap between
-- rates that came up beside a frozen row is a matter of rates.
with

closes as (
    select * from {{ ref('int_closes__versioned') }}
),

frozen as (
    select * from {{ ref('stg_closing__frozen_rows') }}
),

rows_now as (
    select
        current_rows.*,
        replace(row_id, ':fx_difference', '') as base_row_id
    from {{ ref('int_closing_rows__current') }} as current_rows
),

orders as (
    select * from {{ ref('stg_shopify__orders') }}
),

added as (
    select
        closes.legal_entity,
        closes.period,
        closes.version,
        closes.status,
        closes.closed_at,
        rows_now.account,
        rows_now.row_id,
        rows_now.order_id,
        rows_now.kind,
        rows_now.event_date,
        rows_now.recorded_at,
        rows_now.currency,
        rows_now.amount,
        rows_now.amount_group,
        case
            when rows_now.kind = 'fx_difference' and base_frozen.row_id is not null then 'rate'
            when rows_now.recorded_at <= closes.closed_at then 'source_correction'
            when orders.created_at > closes.as_of then 'backdated'
            else 'late_event'
        end as came_because
    from closes
    inner join rows_now
        on
            closes.legal_entity = rows_now.legal_entity
            and closes.period = {{ first_of_month('rows_now.event_date') }}
    left join frozen
        on
            closes.legal_entity = frozen.legal_entity
            and closes.period = frozen.period
            and closes.version = frozen.version
            and rows_now.account = frozen.account
            and rows_now.row_id = frozen.row_id
    left join frozen as base_frozen
        on
            closes.legal_entity = base_frozen.legal_entity
            and closes.period = base_frozen.period
            and closes.version = base_frozen.version
            and rows_now.account = base_frozen.account
            and rows_now.base_row_id = base_frozen.row_id
            and rows_now.kind = 'fx_difference'
    left join orders
        on
            rows_now.account = orders.account
            and rows_now.order_id = orders.order_id
    where frozen.row_id is null
)

select * from added
