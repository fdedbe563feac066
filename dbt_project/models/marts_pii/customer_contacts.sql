with

contacts as (
    select * from {{ ref('int_contact_points__unioned') }}
),

customer_ids as (
    select * from {{ ref('int_customer_ids__versioned') }}
    where is_current
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

joined as (
    select
        contacts.system,
        contacts.account,
        contacts.source_id,
        contacts.record_kind,
        contacts.email,
        contacts.additional_emails,
        contacts.phone,
        contacts.first_name,
        contacts.last_name,
        contacts.full_name,
        contacts.company,
        contacts.address,
        contacts.postal_code,
        contacts.city,
        contacts.province,
        contacts.country,
        customer_ids.customer_key,
        accounts.legal_entity,
        {{ normalize_email('contacts.email') }} as email_normalized
    from contacts
    left join customer_ids
        on
            contacts.system = customer_ids.system
            and contacts.account = customer_ids.account
            and contacts.source_id = customer_ids.source_id
    left join accounts
        on
            contacts.system = accounts.system
            and contacts.account = accounts.account
)

select
    customer_key,
    system,
    account,
    legal_entity,
    source_id,
    record_kind,
    email,
    email_normalized,
    additional_emails,
    phone,
    first_name,
    last_name,
    full_name,
    company,
    address,
    postal_code,
    city,
    province,
    country
from joined
