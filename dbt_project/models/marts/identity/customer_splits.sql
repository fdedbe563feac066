with

splits as (
    select * from {{ ref('stg_identity__splits') }}
)

select
    from_customer_key,
    to_customer_key,
    split_at,
    reason,
    records_count
from splits
