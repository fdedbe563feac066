with

redirects as (
    select * from {{ ref('stg_identity__company_redirects') }}
),

ranked as (
    select
        from_company_key,
        to_company_key,
        redirected_at,
        reason,
        row_number() over (
            partition by from_company_key
            order by redirected_at desc nulls last, to_company_key asc nulls last
        ) as newest_rank
    from redirects
)

select
    from_company_key,
    to_company_key,
    redirected_at,
    reason
from ranked
where newest_rank = 1 and from_company_key <> to_company_key
