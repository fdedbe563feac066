with

edges as (
    select * from {{ ref('int_company_edges__versioned') }}
)

select
    system,
    account,
    source_id,
    linked_system,
    linked_account,
    linked_source_id,
    rule,
    evidence,
    told_by,
    valid_from,
    valid_to,
    recorded_at
from edges
