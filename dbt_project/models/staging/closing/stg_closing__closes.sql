with

renamed as (
    select
        {{ to_text('action') }} as action,
        {{ to_text('legal_entity') }} as legal_entity,
        cast(period as date) as period,
        cast(version as bigint) as version,
        {{ to_text('decided_by') }} as decided_by,
        {{ to_text('reason') }} as reason,
        cast(decided_at as timestamp) as decided_at,
        cast(as_of as timestamp) as as_of,
        {{ to_text('run_id') }} as run_id,
        cast(rows_count as bigint) as rows_count,
        {{ to_text('rows_checksum') }} as rows_checksum,
        cast(values_count as bigint) as values_count,
        {{ to_text('values_checksum') }} as values_checksum
    from {{ source('raw_closing', 'closes') }}
)

select * from renamed
