-- Contacts, and leads that nobody converted, that live in a CRM, each with its customer and its
-- rank among the records of that customer in the same account: a contact before a lead, one that
-- names the shop's customer before one that doesn't, one with an address, then the one last worked
-- on.
with

contacts as (
    select * from {{ ref('int_crm_contacts__unioned') }}
    where
        merged_into_contact_id is null
        and converted_into_contact_id is null
        and not coalesce(is_archived, false)
),

customer_ids as (
    select * from {{ ref('int_customer_ids__versioned') }}
    where is_current
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

keyed as (
    select
        contacts.system,
        contacts.account,
        accounts.legal_entity,
        accounts.owner,
        contacts.contact_id,
        contacts.record_kind,
        customer_ids.customer_key,
        lower(trim(contacts.email)) as email,
        {{ last_digits('contacts.phone', 9) }} as phone_digits,
        contacts.lifecycle_stage,
        contacts.has_email_opt_out,
        contacts.shop_system,
        contacts.shop_account,
        contacts.shop_customer_id,
        contacts.created_at,
        contacts.updated_at
    from contacts
    left join customer_ids
        on
            contacts.system = customer_ids.system
            and contacts.account = customer_ids.account
            and contacts.contact_id = customer_ids.source_id
    left join accounts
        on
            contacts.system = accounts.system
            and contacts.account = accounts.account
),

ranked as (
    select
        keyed.*,
        count(*) over (partition by system, account, customer_key) as records_count,
        row_number() over (
            partition by system, account, customer_key
            order by
                case when record_kind = 'contact' then 0 else 1 end asc nulls last,
                case when shop_customer_id is not null then 0 else 1 end asc nulls last,
                case when email is not null then 0 else 1 end asc nulls last,
                updated_at desc nulls last,
                created_at asc nulls last,
                contact_id asc nulls last
        ) as survivor_rank
    from keyed
)

select * from ranked
