-- PayPal's fee is negative where it costs. What a payment is for stands in two fields of ours: its
-- id at the shop, the order's name.
with

newest_rows as (
    {{
        newest_versions(
            'raw_paypal',
            'transactions',
            key=['transaction_info__transaction_id', 'transaction_info__transaction_event_code'],
        )
    }}
),

typed as (
    select
        'paypal' as system,
        account,
        {{ to_text('transaction_info__transaction_id') }} as entry_id,
        {{ to_text('transaction_info__paypal_reference_id') }} as reference_id,
        {{ to_text('transaction_info__paypal_reference_id_type') }} as reference_type,
        {{ to_text('transaction_info__transaction_event_code') }} as event_code,
        {{ to_text('transaction_info__transaction_status') }} as vendor_status,
        {{ to_text('transaction_info__invoice_id') }} as invoice_id,
        {{ to_text('transaction_info__custom_field') }} as custom_field,
        {{ to_text('transaction_info__bank_reference_id') }} as bank_reference_id,
        {{ to_text('transaction_info__transaction_subject') }} as subject,
        {{ to_text('payer_info__country_code') }} as payer_country,
        {{ to_text('transaction_info__transaction_amount__currency_code') }} as currency,
        cast(transaction_info__transaction_amount__value as decimal(38, 4)) as gross_amount,
        cast(-coalesce(transaction_info__fee_amount__value, 0) as decimal(38, 4)) as fee_amount,
        cast(transaction_info__ending_balance__value as decimal(38, 4)) as ending_balance_amount,
        cast(transaction_info__transaction_initiation_date as timestamp) as occurred_at,
        cast(transaction_info__transaction_updated_date as timestamp) as updated_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
),

renamed as (
    select
        typed.system,
        typed.account,
        typed.entry_id,
        {{ paypal_kind('typed.event_code', 'typed.gross_amount') }} as kind,
        typed.event_code,
        case typed.vendor_status
            when 'S' then 'completed'
            when 'P' then 'pending'
            when 'D' then 'denied'
            when 'V' then 'reversed'
            else lower(typed.vendor_status)
        end as status,
        typed.reference_id,
        typed.reference_type,
        typed.invoice_id,
        typed.custom_field,
        typed.bank_reference_id,
        typed.subject,
        typed.payer_country,
        typed.currency,
        typed.gross_amount,
        typed.fee_amount,
        cast(typed.gross_amount - typed.fee_amount as decimal(38, 4)) as net_amount,
        typed.ending_balance_amount,
        typed.occurred_at,
        typed.updated_at,
        typed._version_at,
        typed._received_at
    from typed
)

select * from renamed
