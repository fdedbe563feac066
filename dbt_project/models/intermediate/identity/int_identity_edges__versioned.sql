-- Each statement with its span: a row that ends one closes the row that began it.
with

edges as (
    select * from {{ ref('stg_identity__edges') }}
),

ordered as (
    select
        edges.*,
        lead(valid_to) over (
            partition by
                system,
                account,
                source_id,
                linked_system,
                linked_account,
                linked_source_id,
                rule,
                evidence
            order by recorded_at asc nulls first
        ) as ended_at
    from edges
),

spans as (
    select
        system,
        account,
        source_id,
        linked_system,
        linked_account,
        linked_source_id,
        rule,
        evidence,
        told_by,
        valid_from,
        ended_at as valid_to,
        recorded_at
    from ordered
    where valid_to is null
)

select * from spans
