with

closes as (
    select * from {{ ref('int_closes__versioned') }}
)

select
    legal_entity,
    period,
    version,
    status,
    closed_by,
    closed_at,
    reason,
    as_of,
    run_id,
    rows_count,
    rows_checksum,
    values_count,
    values_checksum,
    reopened_by,
    reopened_at,
    reopened_reason
from closes
