with

accounts as (
    select * from {{ ref('stg_group__accounts') }}
)

select
    system,
    account,
    legal_entity,
    zone,
    currency,
    owner,
    group_currency
from accounts
