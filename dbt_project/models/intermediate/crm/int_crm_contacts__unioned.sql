-- Whom the CRMs know: contacts, and leads until they become one. A contact merged before its first
-- load is known by its id alone, and is here all the same: other systems may still hold that id.
with

contacts as (
    select * from {{ ref('stg_hubspot__contacts') }}
),

salesforce_records as (
    select * from {{ ref('int_salesforce_records__unioned') }}
),

merged as (
    select * from {{ ref('stg_hubspot__contact_merges') }}
),

associations as (
    select * from {{ ref('stg_hubspot__contact_companies') }}
),

shops as (
    select * from {{ ref('stg_shopify__shops') }}
),

ranked_associations as (
    select
        system,
        account,
        contact_id,
        company_id,
        row_number() over (
            partition by account, contact_id
            order by
                case when is_primary then 0 else 1 end asc nulls last,
                company_id asc nulls last
        ) as association_rank
    from associations
),

first_companies as (
    select *
    from ranked_associations
    where association_rank = 1
),

known as (
    select
        contacts.system,
        contacts.account,
        contacts.contact_id,
        'contact' as record_kind,
        contacts.email,
        {{ normalize_email('contacts.email') }} as email_normalized,
        contacts.additional_emails,
        contacts.phone,
        {{ to_text('null') }} as mobile_phone,
        contacts.first_name,
        contacts.last_name,
        contacts.company,
        first_companies.company_id,
        {{ to_text('null') }} as address,
        {{ to_text('null') }} as postal_code,
        {{ to_text('null') }} as city,
        contacts.country,
        contacts.language,
        contacts.lifecycle_stage,
        contacts.vip_tier,
        contacts.has_email_opt_out,
        contacts.is_archived,
        merged.merged_into_contact_id,
        merged.merged_at,
        {{ to_text('null') }} as converted_into_contact_id,
        cast(null as timestamp) as converted_at,
        shops.system as shop_system,
        shops.account as shop_account,
        case when shops.account is not null then contacts.shop_customer_id end
            as shop_customer_id,
        contacts.created_at,
        contacts.updated_at
    from contacts
    left join merged
        on
            contacts.account = merged.account
            and contacts.contact_id = merged.contact_id
    left join first_companies
        on
            contacts.account = first_companies.account
            and contacts.contact_id = first_companies.contact_id
    left join shops on contacts.shop_domain = lower(shops.myshopify_domain)
),

merged_unseen as (
    select merged.*
    from merged
    left join contacts
        on
            merged.account = contacts.account
            and merged.contact_id = contacts.contact_id
    where contacts.contact_id is null
),

unioned as (
    select * from known
    union all
    select * from salesforce_records
    union all
    select
        system,
        account,
        contact_id,
        'contact' as record_kind,
        {{ to_text('null') }} as email,
        {{ to_text('null') }} as email_normalized,
        {{ to_text('null') }} as additional_emails,
        {{ to_text('null') }} as phone,
        {{ to_text('null') }} as mobile_phone,
        {{ to_text('null') }} as first_name,
        {{ to_text('null') }} as last_name,
        {{ to_text('null') }} as company,
        {{ to_text('null') }} as company_id,
        {{ to_text('null') }} as address,
        {{ to_text('null') }} as postal_code,
        {{ to_text('null') }} as city,
        {{ to_text('null') }} as country,
        {{ to_text('null') }} as language,
        {{ to_text('null') }} as lifecycle_stage,
        {{ to_text('null') }} as vip_tier,
        cast(null as boolean) as has_email_opt_out,
        cast(null as boolean) as is_archived,
        merged_into_contact_id,
        merged_at,
        {{ to_text('null') }} as converted_into_contact_id,
        cast(null as timestamp) as converted_at,
        {{ to_text('null') }} as shop_system,
        {{ to_text('null') }} as shop_account,
        {{ to_text('null') }} as shop_customer_id,
        cast(null as timestamp) as created_at,
        cast(null as timestamp) as updated_at
    from merged_unseen
)

select * from unioned
