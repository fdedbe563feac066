with

newest_rows as (
    {{ newest_versions('raw_shopify', 'companies') }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('id') }} as company_id,
        {{ to_text('id') }} as company_gid,
        {{ to_text('name') }} as company_name,
        {{ to_text('external_id') }} as external_id,
        {{ gid_tail('main_contact__id') }} as main_contact_id,
        {{ to_text('total_spent__currency_code') }} as currency,
        cast(total_spent__amount as decimal(38, 4)) as vendor_spent_amount,
        cast(customer_since as timestamp) as customer_since_at,
        cast(created_at as timestamp) as created_at,
        cast(updated_at as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
