with

proposals as (
    select * from {{ ref('int_identity_proposals__decided') }}
)

select
    proposal_id,
    status,
    system,
    account,
    legal_entity,
    source_id,
    customer_key,
    linked_system,
    linked_account,
    linked_source_id,
    linked_customer_key,
    match_weight,
    match_probability,
    prior_weight,
    first_name_weight,
    last_name_weight,
    email_weight,
    phone_weight,
    address_weight,
    country_weight,
    evidence,
    refusal,
    model_version,
    proposed_at,
    recorded_at,
    decided_by,
    decided_at,
    decision_reason
from proposals
