-- Salesforce's contacts and leads as every CRM's contacts are seen: the same columns in the same
-- order as in int_crm_contacts__unioned.
with

salesforce_contacts as (
    select * from {{ ref('stg_salesforce__contacts') }}
),

salesforce_leads as (
    select * from {{ ref('stg_salesforce__leads') }}
),

shops as (
    select * from {{ ref('stg_shopify__shops') }}
),

unioned as (
    select
        salesforce_contacts.system,
        salesforce_contacts.account,
        salesforce_contacts.contact_id,
        'contact' as record_kind,
        salesforce_contacts.email,
        {{ normalize_email('salesforce_contacts.email') }} as email_normalized,
        {{ to_text('null') }} as additional_emails,
        coalesce(salesforce_contacts.phone, salesforce_contacts.mobile_phone) as phone,
        salesforce_contacts.mobile_phone,
        salesforce_contacts.first_name,
        salesforce_contacts.last_name,
        {{ to_text('null') }} as company,
        salesforce_contacts.company_id,
        salesforce_contacts.address,
        salesforce_contacts.postal_code,
        salesforce_contacts.city,
        salesforce_contacts.country,
        {{ to_text('null') }} as language,
        {{ to_text('null') }} as lifecycle_stage,
        {{ to_text('null') }} as vip_tier,
        salesforce_contacts.has_email_opt_out,
        salesforce_contacts.is_deleted as is_archived,
        salesforce_contacts.merged_into_contact_id,
        case
            when salesforce_contacts.merged_into_contact_id is not null
                then salesforce_contacts.updated_at
        end as merged_at,
        {{ to_text('null') }} as converted_into_contact_id,
        cast(null as timestamp) as converted_at,
        shops.system as shop_system,
        shops.account as shop_account,
        case when shops.account is not null then salesforce_contacts.shop_customer_id end
            as shop_customer_id,
        salesforce_contacts.created_at,
        salesforce_contacts.updated_at
    from salesforce_contacts
    left join shops on salesforce_contacts.shop_account = shops.account
    union all
    select
        system,
        account,
        lead_id as contact_id,
        'lead' as record_kind,
        email,
        {{ normalize_email('email') }} as email_normalized,
        {{ to_text('null') }} as additional_emails,
        coalesce(phone, mobile_phone) as phone,
        mobile_phone,
        first_name,
        last_name,
        company,
        converted_into_company_id as company_id,
        address,
        postal_code,
        city,
        country,
        {{ to_text('null') }} as language,
        {{ to_text('null') }} as lifecycle_stage,
        {{ to_text('null') }} as vip_tier,
        has_email_opt_out,
        is_deleted as is_archived,
        merged_into_lead_id as merged_into_contact_id,
        case when merged_into_lead_id is not null then updated_at end as merged_at,
        converted_into_contact_id,
        case
            when converted_into_contact_id is not null
                then coalesce(cast(converted_date as timestamp), updated_at)
        end as converted_at,
        {{ to_text('null') }} as shop_system,
        {{ to_text('null') }} as shop_account,
        {{ to_text('null') }} as shop_customer_id,
        created_at,
        updated_at
    from salesforce_leads
)

select * from unioned
