with

redirects as (
    select * from {{ ref('stg_identity__redirects') }}
),

ranked as (
    select
        from_customer_key,
        to_customer_key,
        redirected_at,
        reason,
        row_number() over (
            partition by from_customer_key
            order by redirected_at desc nulls last, to_customer_key asc nulls last
        ) as newest_rank
    from redirects
)

select
    from_customer_key,
    to_customer_key,
    redirected_at,
    reason
from ranked
where newest_rank = 1
