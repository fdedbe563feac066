-- Every further address of a CRM contact, as identity compares it.
with

emails as (
    select * from {{ ref('stg_hubspot__contact_emails') }}
),

normalized as (
    select distinct
        system,
        account,
        contact_id,
        {{ normalize_email('email') }} as email_normalized
    from emails
),

usable as (
    select
        system,
        account,
        contact_id,
        email_normalized
    from normalized
    where email_normalized is not null
)

select * from usable
