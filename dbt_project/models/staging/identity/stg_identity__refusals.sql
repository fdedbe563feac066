with

renamed as (
    select
        {{ to_text('identifier') }} as identifier,
        {{ to_text('evidence') }} as evidence,
        {{ to_text('reason') }} as reason,
        cast(records_count as bigint) as records_count,
        cast(recorded_at as timestamp) as recorded_at
    from {{ source('raw_identity', 'refusals') }}
)

select * from renamed
