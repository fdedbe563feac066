-- What vendors themselves say of two records: the CRM's connector names the shop customer, a merged
-- contact or shop customer its winner, a lead the contact it became, a PSP customer the shop
-- customer in its metadata or through what it paid. A merged customer that came back is its own. A
-- shop's id that sales typed is refused where first name, last name and every address are
-- another's.
with

contacts as (
    select * from {{ ref('int_crm_contacts__unioned') }}
),

customers as (
    select * from {{ ref('stg_shopify__customers') }}
),

customer_merges as (
    select * from {{ ref('stg_shopify__customer_merges') }}
),

psp_customers as (
    select * from {{ ref('int_psp_customers__unioned') }}
),

payers as (
    select * from {{ ref('int_psp_payers__matched') }}
    where coalesce(refusal, '') <> 'said_already'
),

nodes as (
    select * from {{ ref('int_identity_nodes__unioned') }}
),

more_emails as (
    select * from {{ ref('int_identity_emails__unioned') }}
),

named_customers as (
    select
        contacts.system,
        contacts.account,
        contacts.contact_id,
        contacts.email_normalized <> nodes.email_normalized
        and lower(contacts.first_name) <> lower(customers.first_name)
        and lower(contacts.last_name) <> lower(customers.last_name)
        and more_emails.email_normalized is null as is_another_person
    from contacts
    inner join customers
        on
            contacts.shop_account = customers.account
            and contacts.shop_customer_id = customers.customer_id
    inner join nodes
        on
            customers.system = nodes.system
            and customers.account = nodes.account
            and customers.customer_id = nodes.source_id
    left join more_emails
        on
            contacts.system = more_emails.system
            and contacts.account = more_emails.account
            and contacts.contact_id = more_emails.source_id
            and nodes.email_normalized = more_emails.email_normalized
),

unioned as (
    select
        contacts.system,
        contacts.account,
        contacts.contact_id as source_id,
        contacts.shop_system as linked_system,
        contacts.shop_account as linked_account,
        contacts.shop_customer_id as linked_source_id,
        'vendor_link' as rule,
        contacts.shop_account || ':' || contacts.shop_customer_id as evidence,
        contacts.created_at as said_at,
        case when named_customers.is_another_person then 'another_person' end as refusal
    from contacts
    left join named_customers
        on
            contacts.system = named_customers.system
            and contacts.account = named_customers.account
            and contacts.contact_id = named_customers.contact_id
    where contacts.shop_customer_id is not null
    union all
    select
        system,
        account,
        contact_id as source_id,
        system as linked_system,
        account as linked_account,
        merged_into_contact_id as linked_source_id,
        'vendor_merge' as rule,
        account || ':' || merged_into_contact_id as evidence,
        merged_at as said_at,
        {{ to_text('null') }} as refusal
    from contacts
    where merged_into_contact_id is not null
    union all
    select
        customer_merges.system,
        customer_merges.account,
        customer_merges.deleted_customer_id as source_id,
        customer_merges.system as linked_system,
        customer_merges.account as linked_account,
        customer_merges.kept_customer_id as linked_source_id,
        'vendor_merge' as rule,
        customer_merges.account || ':' || customer_merges.kept_customer_id as evidence,
        customer_merges.merged_at as said_at,
        {{ to_text('null') }} as refusal
    from customer_merges
    left join customers
        on
            customer_merges.account = customers.account
            and customer_merges.deleted_customer_id = customers.customer_id
            and customer_merges.merged_at < customers.updated_at
    where customers.customer_id is null
    union all
    select
        system,
        account,
        contact_id as source_id,
        system as linked_system,
        account as linked_account,
        converted_into_contact_id as linked_source_id,
        'vendor_link' as rule,
        account || ':' || converted_into_contact_id as evidence,
        converted_at as said_at,
        {{ to_text('null') }} as refusal
    from contacts
    where converted_into_contact_id is not null
    union all
    select
        system,
        account,
        customer_id as source_id,
        shop_system as linked_system,
        shop_account as linked_account,
        shop_customer_id as linked_source_id,
        'vendor_link' as rule,
        shop_account || ':' || shop_customer_id as evidence,
        created_at as said_at,
        {{ to_text('null') }} as refusal
    from psp_customers
    where shop_customer_id is not null
    union all
    select
        system,
        account,
        customer_source_id as source_id,
        order_system as linked_system,
        order_account as linked_account,
        shop_customer_id as linked_source_id,
        'vendor_link' as rule,
        order_account || ':' || shop_customer_id || ' by order ' || order_id as evidence,
        created_at as said_at,
        refusal
    from payers
),

dated as (
    select
        unioned.system,
        unioned.account,
        unioned.source_id,
        unioned.linked_system,
        unioned.linked_account,
        unioned.linked_source_id,
        unioned.rule,
        unioned.evidence,
        greatest(unioned.said_at, coalesce(nodes.first_seen_at, unioned.said_at)) as valid_from,
        unioned.refusal
    from unioned
    left join nodes
        on
            unioned.linked_system = nodes.system
            and unioned.linked_account = nodes.account
            and unioned.linked_source_id = nodes.source_id
)

select * from dated
