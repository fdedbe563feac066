with

renamed as (
    select
        {{ to_text('legal_entity') }} as legal_entity,
        cast(period as date) as period,
        cast(version as bigint) as version,
        {{ to_text('metric') }} as metric,
        cast(metric_version as bigint) as metric_version,
        {{ to_text('dimension') }} as dimension,
        {{ to_text('dimension_value') }} as dimension_value,
        {{ to_text('currency') }} as currency,
        cast(as_reported as decimal(38, 4)) as as_reported,
        cast(current as decimal(38, 4)) as current,
        {{ to_text('cause') }} as cause,
        cast(difference as decimal(38, 4)) as difference
    from {{ source('metrics', 'restatements') }}
)

select * from renamed
