with

newest_rows as (
    {{ newest_versions('raw_salesforce', 'leads') }}
),

renamed as (
    select
        'salesforce' as system,
        account,
        {{ to_text('id') }} as lead_id,
        {{ to_text('email') }} as email,
        {{ to_text('phone') }} as phone,
        {{ to_text('mobile_phone') }} as mobile_phone,
        {{ to_text('first_name') }} as first_name,
        {{ to_text('last_name') }} as last_name,
        {{ to_text('company') }} as company,
        {{ to_text('street') }} as address,
        {{ to_text('postal_code') }} as postal_code,
        {{ to_text('city') }} as city,
        upper({{ to_text('country_code') }}) as country,
        {{ to_text('lead_source') }} as lead_source,
        {{ to_text('status') }} as status,
        coalesce(cast(has_opted_out_of_email as boolean), false) as has_email_opt_out,
        coalesce(cast(do_not_call as boolean), false) as has_call_opt_out,
        cast(email_opt_in_date__c as timestamp) as email_opted_in_at,
        cast(email_opt_out_date__c as timestamp) as email_opted_out_at,
        coalesce(cast(is_deleted as boolean), false) as is_deleted,
        {{ to_text('master_record_id') }} as merged_into_lead_id,
        coalesce(cast(is_converted as boolean), false) as is_converted,
        cast(converted_date as date) as converted_date,
        {{ to_text('converted_contact_id') }} as converted_into_contact_id,
        {{ to_text('converted_account_id') }} as converted_into_company_id,
        cast(created_date as timestamp) as created_at,
        cast(last_modified_date as timestamp) as updated_at,
        cast(system_modstamp as timestamp) as system_updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
