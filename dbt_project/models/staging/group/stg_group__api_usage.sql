with

renamed as (
    select
        {{ to_text('system') }} as system,
        account,
        {{ to_text('_dlt_load_id') }} as load_id,
        {{ to_text('api') }} as api,
        {{ to_text('unit') }} as unit,
        {{ to_text('period') }} as period,
        cast(allowed as bigint) as allowed,
        cast(used as bigint) as used,
        cast(remaining as bigint) as remaining,
        cast(forecast as bigint) as forecast,
        {{ to_text('status') }} as status,
        cast(requests_count as bigint) as requests_count,
        cast(waited_seconds as bigint) as waited_seconds,
        cast(throttled_count as bigint) as throttled_count,
        cast(checked_at as timestamp) as checked_at
    from {{ source('raw_group', 'api_usage') }}
)

select * from renamed
