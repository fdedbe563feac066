{# How staging reads the append-only log: complete loads only, and of each object the newest version. #}

{# A load that was killed half-way has rows but no finished entry in dlt's list: none of them counts. #}
{% macro in_complete_load(schema, alias) -%}
    {{ alias }}._dlt_load_id in (
            select loads.load_id
            from {{ source(schema, '_dlt_loads') }} as loads
            where loads.status = 0
        )
{%- endmacro %}

{# Newest = greatest (_version_at, _received_at, _version_hash), a total order. #}
{% macro newest_versions(schema, table, key=['id']) -%}
    select ranked.*
    from (
        select
            versions.*,
            row_number() over (
                partition by versions.account, versions.{{ key | join(', versions.') }}
                order by
                    versions._version_at desc nulls last,
                    versions._received_at desc nulls last,
                    versions._version_hash desc nulls last
            ) as version_rank
        from {{ source(schema, table) }} as versions
        where {{ in_complete_load(schema, 'versions') }}
    ) as ranked
    where ranked.version_rank = 1 and not ranked._deleted
{%- endmacro %}

{# The objects whose newest version says that they are gone: what hangs on one without sharing its versions
   is gone with it. #}
{% macro gone_objects(schema, table) -%}
    select
        ranked.account,
        ranked.id
    from (
        select
            versions.account,
            versions.id,
            versions._deleted,
            row_number() over (
                partition by versions.account, versions.id
                order by
                    versions._version_at desc nulls last,
                    versions._received_at desc nulls last,
                    versions._version_hash desc nulls last
            ) as version_rank
        from {{ source(schema, table) }} as versions
        where {{ in_complete_load(schema, 'versions') }}
    ) as ranked
    where ranked.version_rank = 1 and ranked._deleted
{%- endmacro %}

{# A child is current only with the newest version of its parent, so a line that an edit removed is
   gone. A package that dlt loaded twice after a kill repeats rows; `copy_rank` keeps one.
   `parent_id` is the child's column that names the parent, `parent_key` the parent model's. #}
{% macro children_of(parent, parent_key, schema, table, parent_id, key=['id']) -%}
    select ranked.*
    from (
        select
            children.*,
            row_number() over (
                partition by children.account, children.{{ parent_id }}, children.{{ key | join(', children.') }}
                order by children._version_hash desc nulls last
            ) as copy_rank
        from {{ source(schema, table) }} as children
        inner join {{ ref(parent) }} as parents
            on
                children.account = parents.account
                and children.{{ parent_id }} = parents.{{ parent_key }}
                and children._version_at = parents._version_at
                and children._received_at = parents._received_at
        where {{ in_complete_load(schema, 'children') }}
    ) as ranked
    where ranked.copy_rank = 1 and not ranked._deleted
{%- endmacro %}

{# When an object was first seen, over all its versions: {column: condition on the raw row}. It stays
   what it was however often the object changes or is read again. #}
{% macro first_received(schema, table, columns) -%}
    select
        versions.account,
        versions.id,
        {% for column, condition in columns.items() -%}
            min(case when {{ condition }} then versions._received_at end) as {{ column }}{{ ',' if not loop.last }}
        {% endfor -%}
    from {{ source(schema, table) }} as versions
    where {{ in_complete_load(schema, 'versions') }}
    group by versions.account, versions.id
{%- endmacro %}
