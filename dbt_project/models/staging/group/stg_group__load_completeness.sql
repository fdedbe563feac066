with

renamed as (
    select
        {{ to_text('system') }} as system,
        account,
        {{ to_text('_dlt_load_id') }} as load_id,
        {{ to_text('stream') }} as stream,
        {{ to_text('status') }} as status,
        cast(expected as bigint) as expected,
        cast(landed as bigint) as landed,
        cast(window_start as timestamp) as window_start,
        cast(window_end as timestamp) as window_end,
        cast(checked_at as timestamp) as checked_at
    from {{ source('raw_group', 'load_completeness') }}
)

select * from renamed
