with

refusals as (
    select * from {{ ref('stg_identity__refusals') }}
),

ranked as (
    select
        identifier,
        evidence,
        reason,
        records_count,
        recorded_at,
        min(recorded_at) over (partition by identifier, evidence) as first_recorded_at,
        row_number() over (
            partition by identifier, evidence
            order by recorded_at desc nulls last, reason asc nulls last
        ) as newest_rank
    from refusals
)

select
    identifier,
    evidence,
    reason,
    records_count,
    first_recorded_at,
    recorded_at
from ranked
where newest_rank = 1 and reason is not null
