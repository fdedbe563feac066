{{ config(materialized='view') }}

with

current_rows as (
    {{
        children_of(
            'stg_shopify__companies', 'company_gid', 'raw_shopify', 'company_locations', 'company_id'
        )
    }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('company_id') }} as company_id,
        {{ gid_tail('id') }} as company_location_id,
        {{ to_text('name') }} as location_name,
        {{ to_text('external_id') }} as external_id,
        {{ to_text('phone') }} as phone,
        {{ language_of('locale') }} as language,
        {{ to_text('currency') }} as currency,
        {{ to_text('billing_address__country_code') }} as billing_country,
        {{ to_text('shipping_address__address1') }} as address,
        {{ to_text('shipping_address__zip') }} as postal_code,
        {{ to_text('shipping_address__city') }} as city,
        {{ to_text('shipping_address__zone_code') }} as province,
        {{ to_text('shipping_address__country_code') }} as country,
        cast(created_at as timestamp) as created_at,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from current_rows
)

select * from renamed
