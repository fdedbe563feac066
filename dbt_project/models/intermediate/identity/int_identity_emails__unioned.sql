-- The addresses of a node beside the one in int_identity_nodes__unioned: a CRM keeps those of the
-- contacts that it merged.
with

contact_emails as (
    select * from {{ ref('stg_hubspot__contact_emails') }}
),

normalized as (
    select distinct
        system,
        account,
        contact_id as source_id,
        {{ normalize_email('email') }} as email_normalized
    from contact_emails
),

flagged as (
    select
        system,
        account,
        source_id,
        email_normalized,
        {{ is_role_address('email_normalized') }} as is_role_address
    from normalized
    where email_normalized is not null
)

select * from flagged
