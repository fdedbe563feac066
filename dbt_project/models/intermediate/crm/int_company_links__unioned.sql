-- What CRMs themselves say of two companies: a merged one its winner, and which shop's company one
-- is.
with

companies as (
    select * from {{ ref('int_crm_companies__unioned') }}
),

nodes as (
    select * from {{ ref('int_company_nodes__unioned') }}
),

unioned as (
    select
        system,
        account,
        company_id as source_id,
        system as linked_system,
        account as linked_account,
        merged_into_company_id as linked_source_id,
        'vendor_merge' as rule,
        account || ':' || merged_into_company_id as evidence,
        merged_at as said_at
    from companies
    where merged_into_company_id is not null
    union all
    select
        system,
        account,
        company_id as source_id,
        shop_system as linked_system,
        shop_account as linked_account,
        shop_company_id as linked_source_id,
        'vendor_link' as rule,
        shop_account || ':' || shop_company_id as evidence,
        created_at as said_at
    from companies
    where shop_company_id is not null
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
        {{ to_text('null') }} as refusal
    from unioned
    left join nodes
        on
            unioned.linked_system = nodes.system
            and unioned.linked_account = nodes.account
            and unioned.linked_source_id = nodes.source_id
)

select * from dated
