-- The org's own field `Shopify_Customer_Id__c` holds '<account>:<customer id>'; whatever else
-- somebody wrote into it names nobody.
with

newest_rows as (
    {{ newest_versions('raw_salesforce', 'contacts') }}
),

renamed as (
    select
        'salesforce' as system,
        account,
        {{ to_text('id') }} as contact_id,
        {{ to_text('account_id') }} as company_id,
        {{ to_text('email') }} as email,
        {{ to_text('phone') }} as phone,
        {{ to_text('mobile_phone') }} as mobile_phone,
        {{ to_text('first_name') }} as first_name,
        {{ to_text('last_name') }} as last_name,
        {{ to_text('mailing_street') }} as address,
        {{ to_text('mailing_postal_code') }} as postal_code,
        {{ to_text('mailing_city') }} as city,
        upper({{ to_text('mailing_country_code') }}) as country,
        {{ to_text('lead_source') }} as lead_source,
        {{ external_account('shopify_customer_id__c') }} as shop_account,
        {{ external_id('shopify_customer_id__c') }} as shop_customer_id,
        coalesce(cast(has_opted_out_of_email as boolean), false) as has_email_opt_out,
        coalesce(cast(do_not_call as boolean), false) as has_call_opt_out,
        cast(email_opt_in_date__c as timestamp) as email_opted_in_at,
        cast(email_opt_out_date__c as timestamp) as email_opted_out_at,
        coalesce(cast(is_deleted as boolean), false) as is_deleted,
        {{ to_text('master_record_id') }} as merged_into_contact_id,
        cast(created_date as timestamp) as created_at,
        cast(last_modified_date as timestamp) as updated_at,
        cast(system_modstamp as timestamp) as system_updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
