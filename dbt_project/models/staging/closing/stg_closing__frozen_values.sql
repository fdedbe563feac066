with

renamed as (
    select
        {{ to_text('legal_entity') }} as legal_entity,
        cast(period as date) as period,
        cast(version as bigint) as version,
        {{ to_text('metric') }} as metric,
        cast(metric_version as bigint) as metric_version,
        {{ to_text('fingerprint') }} as fingerprint,
        {{ to_text('dimension') }} as dimension,
        {{ to_text('dimension_value') }} as dimension_value,
        {{ to_text('currency') }} as currency,
        cast(value as decimal(38, 4)) as value,
        cast(coverage as decimal(9, 6)) as coverage,
        {{ to_text('audit_status') }} as audit_status
    from {{ source('raw_closing', 'frozen_values') }}
)

select * from renamed
