-- The addresses of a contact beside its own, one row each: HubSpot keeps those of merged contacts.
with

contacts as (
    select * from {{ ref('stg_hubspot__contacts') }}
    where additional_emails is not null
),

numbers as (
    {{ numbers() }}
),

listed as (
    select distinct
        contacts.system,
        contacts.account,
        contacts.contact_id,
        {{ list_item('contacts.additional_emails', 'numbers.number') }} as email
    from contacts
    inner join numbers on numbers.number <= {{ list_length('contacts.additional_emails') }}
),

named as (
    select
        system,
        account,
        contact_id,
        email
    from listed
    where email is not null
)

select * from named
