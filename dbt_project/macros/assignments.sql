{# Which key a record has, and since when: each later assignment ends the one before it. A record that was
   deleted or merged away has none since. #}
{% macro versioned_assignments(assignments, key) -%}
    select
        ordered.{{ key }},
        ordered.system,
        ordered.account,
        ordered.source_id,
        ordered.rule,
        ordered.evidence,
        ordered.valid_from,
        ordered.valid_to,
        ordered.recorded_at,
        ordered.superseded_at,
        ordered.newest_rank = 1 as is_current
    from (
        select
            assigned.*,
            lead(assigned.valid_from) over (
                partition by assigned.system, assigned.account, assigned.source_id
                order by
                    assigned.recorded_at asc nulls first,
                    assigned.valid_from asc nulls first,
                    assigned.{{ key }} asc nulls first
            ) as valid_to,
            lead(assigned.recorded_at) over (
                partition by assigned.system, assigned.account, assigned.source_id
                order by
                    assigned.recorded_at asc nulls first,
                    assigned.valid_from asc nulls first,
                    assigned.{{ key }} asc nulls first
            ) as superseded_at,
            row_number() over (
                partition by assigned.system, assigned.account, assigned.source_id
                order by
                    assigned.recorded_at desc nulls last,
                    assigned.valid_from desc nulls last,
                    assigned.{{ key }} desc nulls last
            ) as newest_rank
        from {{ assignments }} as assigned
    ) as ordered
    where ordered.rule <> 'gone'
{%- endmacro %}
