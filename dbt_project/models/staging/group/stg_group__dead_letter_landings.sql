with

renamed as (
    select
        {{ to_text('system') }} as system,
        {{ to_text('account') }} as account,
        {{ to_text('stream') }} as stream,
        {{ to_text('source_id') }} as source_id,
        {{ to_text('reason') }} as reason,
        cast(max(landed_at) as timestamp) as landed_at
    from {{ source('raw_group', 'dead_letter_landings') }}
    group by system, account, stream, source_id, reason
)

select * from renamed
