with

missing as (
    select * from {{ ref('int_crm_records__missing') }}
)

select
    missing_in,
    system,
    account,
    legal_entity,
    source_id,
    customer_key,
    reason,
    known_since,
    owner
from missing
