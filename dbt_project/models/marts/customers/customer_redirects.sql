with

redirects as (
    select * from {{ ref('stg_identity__redirects') }}
)

select
    from_customer_key,
    to_customer_key,
    redirected_at,
    reason
from redirects
