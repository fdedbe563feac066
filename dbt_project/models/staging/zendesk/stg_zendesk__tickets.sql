-- Open is what somebody still has to do something about: neither solved, closed nor deleted.
with

newest_rows as (
    {{ newest_versions('raw_zendesk', 'tickets') }}
),

renamed as (
    select
        'zendesk' as system,
        account,
        {{ to_text('id') }} as ticket_id,
        {{ to_text('requester_id') }} as requester_id,
        {{ to_text('status') }} as status,
        {{ to_text('priority') }} as priority,
        {{ to_text('via__channel') }} as channel,
        coalesce({{ to_text('status') }} in ('new', 'open', 'pending', 'hold'), false) as is_open,
        cast(created_at as timestamp) as created_at,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
