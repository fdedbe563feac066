with

drifted as (
    select * from {{ ref('int_fields__drifted') }}
)

select
    field,
    system,
    account,
    legal_entity,
    source_id,
    customer_key,
    drift,
    owner_system,
    owner_account,
    owner_source_id,
    owner,
    owning_team
from drifted
