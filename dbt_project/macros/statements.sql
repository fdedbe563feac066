{# Each statement with its span: a row that ends one closes the row that began it. #}
{% macro versioned_statements(statements) -%}
    select
        ordered.system,
        ordered.account,
        ordered.source_id,
        ordered.linked_system,
        ordered.linked_account,
        ordered.linked_source_id,
        ordered.rule,
        ordered.evidence,
        ordered.told_by,
        ordered.valid_from,
        ordered.ended_at as valid_to,
        ordered.recorded_at
    from (
        select
            stated.*,
            lead(stated.valid_to) over (
                partition by
                    stated.system,
                    stated.account,
                    stated.source_id,
                    stated.linked_system,
                    stated.linked_account,
                    stated.linked_source_id,
                    stated.rule,
                    stated.evidence
                order by stated.recorded_at asc nulls first
            ) as ended_at
        from {{ statements }} as stated
    ) as ordered
    where ordered.valid_to is null
{%- endmacro %}
