-- The companies that the CRMs know, and the tree they form. One merged before its first load is
-- known by its id alone.
with

companies as (
    select * from {{ ref('stg_hubspot__companies') }}
),

merged as (
    select * from {{ ref('stg_hubspot__company_merges') }}
),

salesforce_accounts as (
    select * from {{ ref('stg_salesforce__accounts') }}
),

shops as (
    select * from {{ ref('stg_shopify__shops') }}
),

unioned as (
    select
        coalesce(companies.system, merged.system) as system,
        coalesce(companies.account, merged.account) as account,
        coalesce(companies.company_id, merged.company_id) as company_id,
        companies.company_name,
        companies.domain,
        companies.country,
        {{ to_text('null') }} as parent_company_id,
        companies.is_archived,
        merged.merged_into_company_id,
        merged.merged_at,
        {{ to_text('null') }} as shop_system,
        {{ to_text('null') }} as shop_account,
        {{ to_text('null') }} as shop_company_id,
        companies.created_at,
        companies.updated_at
    from companies
    full outer join merged
        on
            companies.account = merged.account
            and companies.company_id = merged.company_id
    union all
    select
        salesforce_accounts.system,
        salesforce_accounts.account,
        salesforce_accounts.company_id,
        salesforce_accounts.company_name,
        salesforce_accounts.domain,
        salesforce_accounts.country,
        salesforce_accounts.parent_company_id,
        salesforce_accounts.is_deleted as is_archived,
        salesforce_accounts.merged_into_company_id,
        case
            when salesforce_accounts.merged_into_company_id is not null
                then salesforce_accounts.updated_at
        end as merged_at,
        shops.system as shop_system,
        shops.account as shop_account,
        case when shops.account is not null then salesforce_accounts.shop_company_id end
            as shop_company_id,
        salesforce_accounts.created_at,
        salesforce_accounts.updated_at
    from salesforce_accounts
    left join shops on salesforce_accounts.shop_account = shops.account
)

select * from unioned
