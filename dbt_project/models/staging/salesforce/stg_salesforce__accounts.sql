-- Salesforce calls a company an account; here an account is a login, so it is a company.
with

newest_rows as (
    {{ newest_versions('raw_salesforce', 'accounts') }}
),

renamed as (
    select
        'salesforce' as system,
        account,
        {{ to_text('id') }} as company_id,
        {{ to_text('parent_id') }} as parent_company_id,
        {{ to_text('name') }} as company_name,
        {{ to_text('type') }} as company_type,
        {{ to_text('industry') }} as industry,
        {{ to_text('phone') }} as phone,
        {{ domain_of('website') }} as domain,
        {{ to_text('billing_street') }} as address,
        {{ to_text('billing_postal_code') }} as postal_code,
        {{ to_text('billing_city') }} as city,
        upper({{ to_text('billing_country_code') }}) as country,
        {{ external_account('shopify_company_id__c') }} as shop_account,
        {{ external_id('shopify_company_id__c') }} as shop_company_id,
        coalesce(cast(is_deleted as boolean), false) as is_deleted,
        {{ to_text('master_record_id') }} as merged_into_company_id,
        cast(created_date as timestamp) as created_at,
        cast(last_modified_date as timestamp) as updated_at,
        cast(system_modstamp as timestamp) as system_updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
