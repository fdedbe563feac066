with

company_ids as (
    select * from {{ ref('int_company_ids__versioned') }}
)

select
    company_key,
    system,
    account,
    source_id,
    rule,
    evidence,
    valid_from,
    valid_to,
    recorded_at,
    superseded_at,
    is_current
from company_ids
