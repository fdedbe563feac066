with

newest_rows as (
    {{ newest_versions('raw_shopify', 'customers') }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('id') }} as customer_id,
        {{ to_text('id') }} as customer_gid,
        lower({{ to_text('state') }}) as state,
        {{ language_of('locale') }} as language,
        {{ to_text('default_address__country_code_v2') }} as country,
        {{ to_text('tags') }} as tags,
        {{ to_text('first_name') }} as first_name,
        {{ to_text('last_name') }} as last_name,
        {{ to_text('default_email_address__email_address') }} as email,
        lower({{ to_text('default_email_address__marketing_state') }}) as email_marketing_state,
        cast(default_email_address__marketing_updated_at as timestamp)
            as email_marketing_updated_at,
        {{ to_text('default_phone_number__phone_number') }} as phone,
        lower({{ to_text('default_phone_number__marketing_state') }}) as phone_marketing_state,
        {{ to_text('default_address__company') }} as company,
        {{ to_text('default_address__address1') }} as address,
        {{ to_text('default_address__zip') }} as postal_code,
        {{ to_text('default_address__city') }} as city,
        {{ to_text('default_address__province_code') }} as province,
        cast(tax_exempt as boolean) as is_tax_exempt,
        cast(verified_email as boolean) as has_verified_email,
        cast(number_of_orders as bigint) as vendor_orders_count,
        {{ to_text('amount_spent__currency_code') }} as currency,
        cast(amount_spent__amount as decimal(38, 4)) as vendor_spent_amount,
        cast(created_at as timestamp) as created_at,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
