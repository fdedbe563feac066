with

statements as (
    select * from {{ ref('int_consent_statements__judged') }}
)

select
    system,
    account,
    legal_entity,
    statement_id,
    source_id,
    controller,
    channel,
    address_hash,
    purpose,
    country,
    kind as state,
    state as stated,
    method as basis,
    wording_version,
    origin,
    has_evidence,
    stated_at as since,
    recorded_at,
    withdrawn_at,
    effect
from statements
