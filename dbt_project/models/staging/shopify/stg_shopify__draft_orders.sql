{{ config(materialized='view') }}

with

newest_rows as (
    {{ newest_versions('raw_shopify', 'draft_orders') }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('id') }} as draft_order_id,
        {{ to_text('name') }} as draft_order_name,
        lower({{ to_text('status') }}) as status,
        {{ gid_tail('customer__id') }} as customer_id,
        {{ gid_tail('purchasing_entity__company__id') }} as company_id,
        {{ gid_tail('order__id') }} as order_id,
        coalesce({{ to_text('purchasing_entity__typename') }} = 'PurchasingCompany', false)
            as is_b2b,
        cast(taxes_included as boolean) as is_tax_included,
        {{ to_text('currency_code') }} as currency,
        {{ to_text('presentment_currency_code') }} as currency_presentment,
        {{ money_bag('subtotal_price_set', 'subtotal') }},
        {{ money_bag('total_tax_set', 'tax') }},
        {{ money_bag('total_price_set', 'total_price') }},
        cast(created_at as timestamp) as created_at,
        cast(updated_at as timestamp) as updated_at,
        cast(invoice_sent_at as timestamp) as invoiced_at,
        cast(completed_at as timestamp) as completed_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
