with

complete_loads as (
    select checks.*
    from {{ source('raw_ecb', 'load_completeness') }} as checks
    where {{ in_complete_load('raw_ecb', 'checks') }}
),

renamed as (
    select
        'ecb' as system,
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
