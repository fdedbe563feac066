-- Which customer a node belongs to, and since when: each later assignment ends the one before it. A
-- record that was deleted or merged away has none since.
with

assignments as (
    select * from {{ ref('stg_identity__assignments') }}
),

ordered as (
    select
        assignments.*,
        lead(valid_from) over (
            partition by system, account, source_id
            order by
                recorded_at asc nulls first,
                valid_from asc nulls first,
                customer_key asc nulls first
        ) as valid_to,
        lead(recorded_at) over (
            partition by system, account, source_id
            order by
                recorded_at asc nulls first,
                valid_from asc nulls first,
                customer_key asc nulls first
        ) as superseded_at,
        row_number() over (
            partition by system, account, source_id
            order by
                recorded_at desc nulls last,
                valid_from desc nulls last,
                customer_key desc nulls last
        ) as newest_rank
    from assignments
),

versioned as (
    select
        customer_key,
        system,
        account,
        source_id,
        rule,
        evidence,
        valid_from,
        valid_to,
        recorded_at,
        superseded_at,
        newest_rank = 1 as is_current
    from ordered
    where rule <> 'gone'
)

select * from versioned
