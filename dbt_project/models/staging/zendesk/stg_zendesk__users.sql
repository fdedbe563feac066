-- A user that was deleted stays, without addresses. Who isn't an end user is staff.
with

newest_rows as (
    {{ newest_versions('raw_zendesk', 'users') }}
),

renamed as (
    select
        'zendesk' as system,
        account,
        {{ to_text('id') }} as user_id,
        {{ to_text('email') }} as email,
        {{ to_text('phone') }} as phone,
        nullif(trim({{ to_text('name') }}), '') as full_name,
        {{ to_text('external_id') }} as external_id,
        {{ to_text('role') }} as role,
        {{ language_of('locale') }} as language,
        coalesce(cast(active as boolean), true) as is_active,
        coalesce(cast(suspended as boolean), false) as is_suspended,
        cast(created_at as timestamp) as created_at,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
