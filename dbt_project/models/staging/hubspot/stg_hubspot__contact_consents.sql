-- When a contact's address was first seen opted out, each time anew: all versions, because a later
-- one may have been written over. HubSpot's flag has no date and says nothing of opting in.
with

versions as (
    select
        contacts.account,
        {{ to_text('contacts.id') }} as contact_id,
        {{ to_text('contacts.properties__email') }} as address,
        upper({{ to_text('contacts.properties__country') }}) as country,
        coalesce(lower({{ to_text('contacts.properties__hs_email_optout') }}) = 'true', false)
            as is_opted_out,
        contacts._version_at,
        contacts._received_at,
        contacts._version_hash
    from {{ source('raw_hubspot', 'contacts') }} as contacts
    where
        {{ in_complete_load('raw_hubspot', 'contacts') }}
        and contacts.properties__email is not null
),

followed as (
    select
        versions.*,
        lag(is_opted_out) over (
            partition by account, contact_id, address
            order by
                _version_at asc nulls first,
                _received_at asc nulls first,
                _version_hash asc nulls first
        ) as was_opted_out
    from versions
),

changed as (
    select
        'hubspot' as system,
        account,
        contact_id,
        'email' as channel,
        address,
        case when length(country) = 2 then country end as country,
        'unsubscribed' as state,
        _version_at as stated_at,
        _version_at,
        _received_at
    from followed
    where is_opted_out and not coalesce(was_opted_out, false)
)

select * from changed
