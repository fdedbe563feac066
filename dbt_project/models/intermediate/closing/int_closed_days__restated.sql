-- The days of every closed month in each of its states, with the columns that metrics read of
-- revenue_daily. Rows that change alike are summed first, so that the many that never changed are
-- read once.
with

staged as (
    select * from {{ ref('int_closed_rows__staged') }}
),

states as (
    {{ restatement_states() }}
),

sold as (
    select
        legal_entity,
        period,
        version,
        first_state,
        end_state,
        account,
        event_date,
        currency,
        {{ sum_revenue(strict=false) }}
    from staged
    where kind <> 'order_placed'
    group by
        legal_entity, period, version, first_state, end_state, account, event_date, currency
),

placed as (
    select
        legal_entity,
        period,
        version,
        first_state,
        end_state,
        account,
        event_date,
        currency,
        count(*) as orders_count
    from staged
    where kind = 'order_placed'
    group by
        legal_entity, period, version, first_state, end_state, account, event_date, currency
),

every_day as (
    select
        legal_entity,
        period,
        version,
        first_state,
        end_state,
        account,
        event_date,
        currency
    from sold
    union
    select
        legal_entity,
        period,
        version,
        first_state,
        end_state,
        account,
        event_date,
        currency
    from placed
),

alike as (
    select
        every_day.*,
        {%- for name, _, _ in revenue_components() %}
        coalesce(sold.{{ name }}, 0) as {{ name }},
        coalesce(sold.{{ name }}_group, 0) as {{ name }}_group,
        {%- endfor %}
        coalesce(sold.fx_difference_amount_group, 0) as fx_difference_amount_group,
        coalesce(sold.ledger_rows_count, 0) as ledger_rows_count,
        coalesce(sold.converted_rows_count, 0) as converted_rows_count,
        coalesce(placed.orders_count, 0) as orders_count
    from every_day
    left join sold
        on
            every_day.legal_entity = sold.legal_entity
            and every_day.period = sold.period
            and every_day.version = sold.version
            and every_day.first_state = sold.first_state
            and every_day.end_state = sold.end_state
            and every_day.account = sold.account
            and every_day.event_date = sold.event_date
            and every_day.currency = sold.currency
    left join placed
        on
            every_day.legal_entity = placed.legal_entity
            and every_day.period = placed.period
            and every_day.version = placed.version
            and every_day.first_state = placed.first_state
            and every_day.end_state = placed.end_state
            and every_day.account = placed.account
            and every_day.event_date = placed.event_date
            and every_day.currency = placed.currency
),

summed as (
    select
        alike.legal_entity,
        alike.period,
        alike.version,
        states.state,
        states.cause,
        alike.account,
        alike.event_date,
        alike.currency,
        {%- for name, _, _ in revenue_components() %}
        sum(alike.{{ name }}) as {{ name }},
        sum(alike.{{ name }}_group) as {{ name }}_group,
        {%- endfor %}
        sum(alike.fx_difference_amount_group) as fx_difference_amount_group,
        sum(alike.ledger_rows_count) as ledger_rows_count,
        sum(alike.converted_rows_count) as converted_rows_count,
        sum(alike.orders_count) as orders_count
    from alike
    inner join states
        on
            alike.first_state <= states.state
            and alike.end_state > states.state
    group by
        alike.legal_entity,
        alike.period,
        alike.version,
        states.state,
        states.cause,
        alike.account,
        alike.event_date,
        alike.currency
),

totalled as (
    select
        summed.*,
        event_date as date,
        {{ total_revenue() }},
        legal_entity || '|' || {{ to_text('period') }} || '|' || {{ to_text('version') }} || '|'
        || {{ to_text('state') }} as state_of_entity,
        legal_entity || '|' || {{ to_text('period') }} || '|' || {{ to_text('version') }} || '|'
        || {{ to_text('state') }} || '|' || account as state_of_account
    from summed
)

select * from totalled
