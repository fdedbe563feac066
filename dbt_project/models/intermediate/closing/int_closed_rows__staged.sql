-- What counts as what in which state: a row stands from `first_state` on and until `end_state`.
-- Frozen as it was until its change is due; a corrected amount first at the frozen rate, then as it
-- is now.
{% set end_state = restatement_causes() | length %}
with

compared as (
    select * from {{ ref('int_closed_rows__compared') }}
),

added as (
    select * from {{ ref('int_closed_rows__added') }}
),

as_frozen as (
    select
        legal_entity,
        period,
        version,
        account,
        row_id,
        0 as first_state,
        case
            when not is_still_there then {{ state_of_column('left_because') }}
            when is_corrected then {{ state_of('source_correction') }}
            when is_rated_anew then {{ state_of('rate') }}
            when is_converted_anew then {{ state_of('other') }}
            else {{ end_state }}
        end as end_state,
        kind,
        event_date,
        currency,
        amount,
        amount_group
    from compared
),

as_corrected as (
    select
        legal_entity,
        period,
        version,
        account,
        row_id,
        {{ state_of('source_correction') }} as first_state,
        {{ state_of('rate') }} as end_state,
        current_kind as kind,
        current_event_date as event_date,
        current_currency as currency,
        current_amount as amount,
        case
            when kind = 'fx_difference' or currency <> current_currency or rate is null
                then current_amount_group
            else {{ convert('current_amount', 'rate') }}
        end as amount_group
    from compared
    where is_corrected
),

as_now as (
    select
        legal_entity,
        period,
        version,
        account,
        row_id,
        case
            when is_corrected or is_rated_anew then {{ state_of('rate') }}
            else {{ state_of('other') }}
        end as first_state,
        {{ end_state }} as end_state,
        current_kind as kind,
        current_event_date as event_date,
        current_currency as currency,
        current_amount as amount,
        current_amount_group as amount_group
    from compared
    where is_corrected or is_rated_anew or is_converted_anew
),

as_added as (
    select
        legal_entity,
        period,
        version,
        account,
        row_id,
        {{ state_of_column('came_because') }} as first_state,
        {{ end_state }} as end_state,
        kind,
        event_date,
        currency,
        amount,
        amount_group
    from added
),

staged as (
    select * from as_frozen
    union all
    select * from as_corrected
    union all
    select * from as_now
    union all
    select * from as_added
),

in_period as (
    select *
    from staged
    where period = {{ first_of_month('event_date') }}
)

select * from in_period
