with

current_rows as (
    {{
        children_of(
            'stg_zendesk__tickets', 'ticket_id',
            'raw_zendesk', 'ticket_fields', 'ticket_id', ['id']
        )
    }}
),

renamed as (
    select
        'zendesk' as system,
        account,
        {{ to_text('ticket_id') }} as ticket_id,
        {{ to_text('id') }} as field_id,
        nullif(trim({{ to_text('value') }}), '') as field_value,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from current_rows
)

select * from renamed
where field_value is not null
