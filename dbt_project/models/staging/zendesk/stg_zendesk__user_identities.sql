with

current_rows as (
    {{
        children_of(
            'stg_zendesk__users', 'user_id',
            'raw_zendesk', 'user_identities', 'user_id', ['id']
        )
    }}
),

renamed as (
    select
        'zendesk' as system,
        account,
        {{ to_text('user_id') }} as user_id,
        {{ to_text('id') }} as identity_id,
        {{ to_text('type') }} as identity_kind,
        {{ to_text('value') }} as identity_value,
        coalesce(cast(verified as boolean), false) as is_verified,
        cast(created_at as timestamp) as created_at,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from current_rows
)

select * from renamed
