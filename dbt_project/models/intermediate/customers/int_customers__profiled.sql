-- What the best record of each customer says. A shop's customer record owns country and language,
-- the newest one with a country first; the CRM owns tier and life cycle stage, and its newest
-- living contact that has one speaks. What only a CRM or a payment provider knows comes after both.
with

customer_ids as (
    select * from {{ ref('int_customer_ids__versioned') }}
    where is_current
),

customers as (
    select * from {{ ref('stg_shopify__customers') }}
),

contacts as (
    select * from {{ ref('int_crm_contacts__unioned') }}
    where merged_into_contact_id is null and not is_archived
),

psp_customers as (
    select * from {{ ref('int_psp_customers__unioned') }}
),

records as (
    select
        system,
        account,
        customer_id as source_id,
        'shop' as owner,
        country,
        language,
        updated_at
    from customers
    union all
    select
        system,
        account,
        contact_id as source_id,
        'crm' as owner,
        country,
        language,
        updated_at
    from contacts
    union all
    select
        system,
        account,
        customer_id as source_id,
        'psp' as owner,
        country,
        {{ to_text('null') }} as language,
        created_at as updated_at
    from psp_customers
),

ranked as (
    select
        customer_ids.customer_key,
        records.owner,
        records.country,
        records.language,
        row_number() over (
            partition by customer_ids.customer_key, records.owner
            order by
                case when records.country is null then 1 else 0 end asc nulls last,
                records.updated_at desc nulls last,
                records.account asc nulls last,
                records.source_id asc nulls last
        ) as country_rank
    from records
    inner join customer_ids
        on
            records.system = customer_ids.system
            and records.account = customer_ids.account
            and records.source_id = customer_ids.source_id
),

ranked_contacts as (
    select
        customer_ids.customer_key,
        contacts.language,
        contacts.vip_tier,
        {% for column in ['language', 'vip_tier', 'lifecycle_stage'] -%}
        row_number() over (
            partition by customer_ids.customer_key
            order by
                case when contacts.{{ column }} is null then 1 else 0 end asc nulls last,
                contacts.updated_at desc nulls last,
                contacts.account asc nulls last,
                contacts.contact_id asc nulls last
        ) as {{ column }}_rank,
        {% endfor -%}
        contacts.lifecycle_stage
    from contacts
    inner join customer_ids
        on
            contacts.system = customer_ids.system
            and contacts.account = customer_ids.account
            and contacts.contact_id = customer_ids.source_id
),

placed as (
    select
        customer_key,
        max(case when owner = 'shop' then country end) as shop_country,
        -- Of the same record as the country: a language alone says little about where somebody is.
        max(case when owner = 'shop' then language end) as shop_language,
        max(case when owner = 'crm' then country end) as crm_country,
        max(case when owner = 'psp' then country end) as psp_country
    from ranked
    where country_rank = 1
    group by customer_key
),

known as (
    select
        customer_key,
        max(case when language_rank = 1 then language end) as crm_language,
        max(case when vip_tier_rank = 1 then vip_tier end) as vip_tier,
        max(case when lifecycle_stage_rank = 1 then lifecycle_stage end) as lifecycle_stage
    from ranked_contacts
    group by customer_key
),

profiled as (
    select
        placed.customer_key,
        placed.shop_country,
        placed.shop_language,
        placed.crm_country,
        placed.psp_country,
        known.crm_language,
        known.vip_tier,
        known.lifecycle_stage
    from placed
    left join known on placed.customer_key = known.customer_key
)

select * from profiled
