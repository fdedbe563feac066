with

consents as (
    select * from {{ ref('int_consents__resolved') }}
)

select
    controller,
    channel,
    address_hash,
    purpose,
    country,
    state,
    state = 'granted' as is_allowed,
    effect as decided_by,
    method as basis,
    wording_version,
    system,
    account,
    statement_id,
    since,
    last_withdrawn_at,
    cast(statements_count as bigint) as statements_count
from consents
