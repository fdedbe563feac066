with

renamed as (
    select
        {{ to_text('metric') }} as metric,
        {{ to_text('label') }} as label,
        {{ to_text('description') }} as description,
        {{ to_text('owner') }} as owner,
        {{ to_text('formula') }} as formula,
        {{ to_text('money') }} as money,
        {{ to_text('relations') }} as relations,
        {{ to_text('grains') }} as grains,
        {{ to_text('dimensions') }} as dimensions,
        cast(version as bigint) as version,
        cast(effective_from as date) as effective_from,
        {{ to_text('fingerprint') }} as fingerprint,
        {{ to_text('approval_status') }} as approval_status,
        {{ to_text('approved_by') }} as approved_by,
        cast(approved_on as date) as approved_on
    from {{ source('metrics', 'metric_definitions') }}
)

select * from renamed
