{{ config(materialized='view') }}

with

newest_rows as (
    {{ newest_versions('raw_shopify', 'tender_transactions') }}
),

renamed as (
    select
        'shopify' as system,
        account,
        {{ gid_tail('id') }} as tender_transaction_id,
        {{ gid_tail('order__id') }} as order_id,
        lower({{ to_text('payment_method') }}) as payment_method,
        {{ to_text('remote_reference') }} as remote_reference,
        lower({{ to_text('transaction_details__credit_card_company') }}) as card_brand,
        cast(test as boolean) as is_test,
        {{ to_text('amount__currency_code') }} as currency,
        cast(amount__amount as decimal(38, 4)) as amount,
        cast(processed_at as timestamp) as processed_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
)

select * from renamed
