-- Every company under its one key, and the companies above it. Five levels, as deep as the CRMs'
-- own pages show; a company that is above itself has none above it.
with

company_ids as (
    select * from {{ ref('int_company_ids__versioned') }}
    where is_current
),

crm_companies as (
    select * from {{ ref('int_crm_companies__unioned') }}
),

shop_companies as (
    select * from {{ ref('stg_shopify__companies') }}
),

crm_keyed as (
    select
        crm_companies.system,
        crm_companies.account,
        crm_companies.company_id,
        crm_companies.company_name,
        crm_companies.country,
        crm_companies.parent_company_id,
        company_ids.company_key
    from crm_companies
    inner join company_ids
        on
            crm_companies.system = company_ids.system
            and crm_companies.account = company_ids.account
            and crm_companies.company_id = company_ids.source_id
    where
        crm_companies.merged_into_company_id is null
        and not coalesce(crm_companies.is_archived, false)
),

crm_above as (
    select
        crm_keyed.system,
        crm_keyed.account,
        crm_keyed.company_id,
        crm_keyed.company_key,
        crm_keyed.company_name,
        crm_keyed.country,
        case when parents.company_key <> crm_keyed.company_key then parents.company_key end
            as parent_company_key
    from crm_keyed
    left join crm_keyed as parents
        on
            crm_keyed.account = parents.account
            and crm_keyed.parent_company_id = parents.company_id
),

unioned as (
    select
        company_key,
        company_name,
        country,
        parent_company_key,
        system,
        account,
        company_id,
        1 as source_rank
    from crm_above
    union all
    select
        company_ids.company_key,
        shop_companies.company_name,
        {{ to_text('null') }} as country,
        {{ to_text('null') }} as parent_company_key,
        company_ids.system,
        company_ids.account,
        company_ids.source_id as company_id,
        2 as source_rank
    from company_ids
    left join crm_companies
        on
            company_ids.system = crm_companies.system
            and company_ids.account = crm_companies.account
            and company_ids.source_id = crm_companies.company_id
    left join shop_companies
        on
            company_ids.system = shop_companies.system
            and company_ids.account = shop_companies.account
            and company_ids.source_id = shop_companies.company_id
    where crm_companies.company_id is null
),

ranked as (
    select
        unioned.*,
        row_number() over (
            partition by company_key
            order by
                source_rank asc nulls last,
                system asc nulls last,
                account asc nulls last,
                company_id asc nulls last
        ) as name_rank
    from unioned
),

one_each as (
    select
        company_key,
        max(case when name_rank = 1 then company_name end) as company_name,
        max(country) as country,
        min(parent_company_key) as parent_company_key,
        count(*) as source_records_count
    from ranked
    group by company_key
),

related as (
    select
        one_each.company_key,
        one_each.company_name,
        one_each.country,
        one_each.source_records_count,
        one_each.parent_company_key as above_1,
        second.parent_company_key as above_2,
        third.parent_company_key as above_3,
        fourth.parent_company_key as above_4
    from one_each
    left join one_each as second on one_each.parent_company_key = second.company_key
    left join one_each as third on second.parent_company_key = third.company_key
    left join one_each as fourth on third.parent_company_key = fourth.company_key
),

untangled as (
    select
        related.*,
        coalesce(company_key in (above_1, above_2, above_3, above_4), false) as is_above_itself
    from related
)

select
    company_key,
    company_name,
    country,
    source_records_count,
    case when not is_above_itself then above_1 end as above_1,
    case when not is_above_itself then above_2 end as above_2,
    case when not is_above_itself then above_3 end as above_3,
    case when not is_above_itself then above_4 end as above_4
from untangled
