-- Each version of a closed month, and whether it still is: the newest one counts until it is
-- reopened.
with

actions as (
    select * from {{ ref('stg_closing__closes') }}
),

closed as (
    select
        actions.*,
        row_number() over (
            partition by legal_entity, period
            order by version desc nulls last
        ) as version_rank
    from actions
    where action = 'close'
),

reopened as (
    select * from actions
    where action = 'reopen'
),

versioned as (
    select
        closed.legal_entity,
        closed.period,
        closed.version,
        closed.decided_by as closed_by,
        closed.reason,
        closed.decided_at as closed_at,
        closed.as_of,
        closed.run_id,
        closed.rows_count,
        closed.rows_checksum,
        closed.values_count,
        closed.values_checksum,
        closed.version_rank = 1 as is_newest,
        case
            when closed.version_rank > 1 then 'superseded'
            when reopened.version is not null then 'reopened'
            else 'closed'
        end as status,
        reopened.decided_by as reopened_by,
        reopened.reason as reopened_reason,
        reopened.decided_at as reopened_at
    from closed
    left join reopened
        on
            closed.legal_entity = reopened.legal_entity
            and closed.period = reopened.period
            and closed.version = reopened.version
)

select * from versioned
