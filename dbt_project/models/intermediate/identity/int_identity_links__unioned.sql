-- What vendors themselves say of two records: the CRM's connector names the shop customer, a merged
-- contact its winner, a lead the contact it became, a PSP customer the shop customer in its
-- metadata or through what it paid.
with

contacts as (
    select * from {{ ref('int_crm_contacts__unioned') }}
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

unioned as (
    select
        system,
        account,
        contact_id as source_id,
        shop_system as linked_system,
        shop_account as linked_account,
        shop_customer_id as linked_source_id,
        'vendor_link' as rule,
        shop_account || ':' || shop_customer_id as evidence,
        created_at as said_at,
        {{ to_text('null') }} as refusal
    from contacts
    where shop_customer_id is not null
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
