-- Each customer, from the nodes that make it up: identified as soon as one of them got its key by
-- evidence (a vendor's own record, a vendor's link, or an e-mail address that may link).
with

customer_ids as (
    select * from {{ ref('int_customer_ids__versioned') }}
    where is_current
),

nodes as (
    select * from {{ ref('int_identity_nodes__unioned') }}
),

contacts as (
    select * from {{ ref('int_crm_contacts__unioned') }}
    where merged_into_contact_id is null and not is_archived
),

support_users as (
    select * from {{ ref('int_support_users__unioned') }}
    where not is_deleted
),

joined as (
    select
        customer_ids.customer_key,
        customer_ids.account,
        customer_ids.rule,
        nodes.node_kind,
        nodes.email_normalized,
        nodes.is_role_address,
        nodes.is_b2b,
        contacts.contact_id,
        case
            when nodes.node_kind in ('contact', 'lead') then contacts.contact_id is not null
            when nodes.node_kind = 'support_user' then support_users.user_id is not null
            else true
        end as is_living,
        nodes.node_kind in ('customer', 'checkout') as is_shop_record
    from customer_ids
    left join nodes
        on
            customer_ids.system = nodes.system
            and customer_ids.account = nodes.account
            and customer_ids.source_id = nodes.source_id
    left join contacts
        on
            customer_ids.system = contacts.system
            and customer_ids.account = contacts.account
            and customer_ids.source_id = contacts.contact_id
    left join support_users
        on
            customer_ids.system = support_users.system
            and customer_ids.account = support_users.account
            and customer_ids.source_id = support_users.user_id
),

described as (
    select
        customer_key,
        max(case when rule <> 'unidentified' then 1 else 0 end) = 1 as is_identified,
        max(case when email_normalized is not null then 1 else 0 end) = 0 as is_without_email,
        max(case when is_role_address then 1 else 0 end) = 1 as has_role_address,
        max(case when is_b2b then 1 else 0 end) = 1 as is_b2b,
        max(case when coalesce(is_shop_record, true) then 1 else 0 end) = 0 as is_prospect,
        sum(case when is_living then 1 else 0 end) as source_records_count,
        count(distinct account) as accounts_count,
        count(distinct case when coalesce(is_shop_record, true) then account end) as shops_count,
        count(contact_id) as crm_contacts_count,
        sum(case when node_kind = 'psp_customer' then 1 else 0 end) as psp_customers_count
    from joined
    group by customer_key
)

select * from described
