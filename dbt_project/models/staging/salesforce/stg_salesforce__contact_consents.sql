-- What contacts and leads say of mail to their address, over all versions: the org's own fields
-- date an opt-in and an opt-out; HasOptedOutOfEmail without a date counts from when it was first
-- seen, each time anew.
with

contact_versions as (
    select
        'contact' as record_kind,
        contacts.account,
        {{ to_text('contacts.id') }} as record_id,
        {{ to_text('contacts.email') }} as address,
        upper({{ to_text('contacts.mailing_country_code') }}) as country,
        coalesce(cast(contacts.has_opted_out_of_email as boolean), false) as is_opted_out,
        cast(contacts.email_opt_in_date__c as timestamp) as opted_in_at,
        cast(contacts.email_opt_out_date__c as timestamp) as opted_out_at,
        contacts._version_at,
        contacts._received_at,
        contacts._version_hash
    from {{ source('raw_salesforce', 'contacts') }} as contacts
    where {{ in_complete_load('raw_salesforce', 'contacts') }} and contacts.email is not null
),

lead_versions as (
    select
        'lead' as record_kind,
        leads.account,
        {{ to_text('leads.id') }} as record_id,
        {{ to_text('leads.email') }} as address,
        upper({{ to_text('leads.country_code') }}) as country,
        coalesce(cast(leads.has_opted_out_of_email as boolean), false) as is_opted_out,
        cast(leads.email_opt_in_date__c as timestamp) as opted_in_at,
        cast(leads.email_opt_out_date__c as timestamp) as opted_out_at,
        leads._version_at,
        leads._received_at,
        leads._version_hash
    from {{ source('raw_salesforce', 'leads') }} as leads
    where {{ in_complete_load('raw_salesforce', 'leads') }} and leads.email is not null
),

versions as (
    select * from contact_versions
    union all
    select * from lead_versions
),

followed as (
    select
        versions.*,
        lag(is_opted_out) over (
            partition by account, record_id, address
            order by
                _version_at asc nulls first,
                _received_at asc nulls first,
                _version_hash asc nulls first
        ) as was_opted_out
    from versions
),

said as (
    select
        account,
        record_id,
        address,
        country,
        'subscribed' as state,
        opted_in_at as stated_at,
        _received_at
    from followed
    where opted_in_at is not null
    union all
    select
        account,
        record_id,
        address,
        country,
        'unsubscribed' as state,
        opted_out_at as stated_at,
        _received_at
    from followed
    where opted_out_at is not null
    union all
    select
        account,
        record_id,
        address,
        country,
        'unsubscribed' as state,
        _version_at as stated_at,
        _received_at
    from followed
    where is_opted_out and not coalesce(was_opted_out, false) and opted_out_at is null
),

first_said as (
    select
        'salesforce' as system,
        account,
        record_id,
        'email' as channel,
        address,
        state,
        stated_at,
        min(country) as country,
        min(_received_at) as _received_at
    from said
    group by account, record_id, address, state, stated_at
)

select * from first_said
