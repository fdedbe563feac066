{{ config(materialized='view') }}

with

current_rows as (
    {{
        children_of(
            'stg_shopify__companies', 'company_gid', 'raw_shopify', 'company_contacts', 'company_id'
        )
    }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('company_id') }} as company_id,
        {{ gid_tail('id') }} as company_contact_id,
        {{ gid_tail('customer__id') }} as customer_id,
        {{ to_text('title') }} as title,
        {{ language_of('locale') }} as language,
        cast(is_main_contact as boolean) as is_main_contact,
        cast(created_at as timestamp) as created_at,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from current_rows
)

select * from renamed
