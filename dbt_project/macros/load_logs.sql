{# What landing writes beside a system's own tables is the same for every system, so its staging is too. #}

{# What landing refuses is refused again with every overlap; it counts once, from the first sight on. #}
{% macro staged_dead_letters(system) -%}
    {%- set schema = 'raw_' ~ system %}
with

ranked as (
    select
        letters.*,
        min(letters.first_seen_at) over (
            partition by letters.account, letters.stream, letters.source_id, letters.reason
        ) as earliest_seen_at,
        row_number() over (
            partition by letters.account, letters.stream, letters.source_id, letters.reason
            order by
                letters._version_at desc nulls last,
                letters._received_at desc nulls last,
                letters._version_hash desc nulls last
        ) as version_rank
    from {{ source(schema, 'dead_letters') }} as letters
    where {{ in_complete_load(schema, 'letters') }}
),

renamed as (
    select
        '{{ system }}' as system,
        account,
        {{ to_text('stream') }} as stream,
        {{ to_text('source_id') }} as source_id,
        {{ to_text('reason') }} as reason,
        {{ to_text('owner') }} as owner,
        cast(amount as decimal(38, 4)) as amount,
        {{ to_text('currency') }} as currency,
        {{ to_text('payload_ref') }} as payload_ref,
        cast(earliest_seen_at as timestamp) as first_seen_at
    from ranked
    where version_rank = 1
)

select * from renamed
{%- endmacro %}

{# What each stream was promised and got, of loads that finished. #}
{% macro staged_load_completeness(system) -%}
    {%- set schema = 'raw_' ~ system %}
with

complete_loads as (
    select checks.*
    from {{ source(schema, 'load_completeness') }} as checks
    where {{ in_complete_load(schema, 'checks') }}
),

renamed as (
    select
        '{{ system }}' as system,
        account,
        {{ to_text('_dlt_load_id') }} as load_id,
        {{ to_text('stream') }} as stream,
        {{ to_text('status') }} as status,
        cast(expected as bigint) as expected,
        cast(landed as bigint) as landed,
        cast(window_start as timestamp) as window_start,
        cast(window_end as timestamp) as window_end,
        cast(checked_at as timestamp) as checked_at
    from complete_loads
)

select * from renamed
{%- endmacro %}
