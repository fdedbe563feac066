with

renamed as (
    select
        {{ to_text('metric') }} as metric,
        cast(version as bigint) as version,
        {{ to_text('basis') }} as basis,
        cast(period_start as date) as period_start,
        {{ to_text('grain') }} as grain,
        {{ to_text('dimension') }} as dimension,
        {{ to_text('dimension_value') }} as dimension_value,
        {{ to_text('currency') }} as currency,
        cast(value as decimal(38, 4)) as value,
        cast(coverage as decimal(9, 6)) as coverage,
        {{ to_text('audit_status') }} as audit_status
    from {{ source('metrics', 'metric_values') }}
)

select * from renamed
