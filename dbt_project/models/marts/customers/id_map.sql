with

customer_ids as (
    select * from {{ ref('int_customer_ids__versioned') }}
)

select
    customer_key,
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
from customer_ids
