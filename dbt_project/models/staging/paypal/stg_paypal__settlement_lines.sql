-- Amounts are minor units without a sign; the field before each says its direction.
with

newest_rows as (
    {{
        newest_versions(
            'raw_paypal',
            'settlement_lines',
            key=['section_id', 'transaction_id', 'transaction_event_code'],
        )
    }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

typed as (
    select
        newest_rows.account,
        newest_rows.section_id,
        newest_rows.transaction_id,
        newest_rows.transaction_event_code,
        newest_rows.paypal_reference_id,
        newest_rows.invoice_id,
        newest_rows.custom_field,
        newest_rows.bank_reference_id,
        newest_rows.gross_transaction_currency,
        {{ from_minor_units(paypal_moved('transaction_debit_or_credit', 'gross_transaction_amount'),
            paypal_exponent()) }} as gross_amount,
        -{{ from_minor_units(paypal_moved('fee_debit_or_credit', 'fee_amount'),
            paypal_exponent()) }} as fee_amount,
        newest_rows.transaction_initiation_date,
        newest_rows.transaction_completion_date,
        newest_rows._version_at,
        newest_rows._received_at
    from newest_rows
    left join currencies on newest_rows.gross_transaction_currency = currencies.code
),

renamed as (
    select
        'paypal' as system,
        account,
        {{ to_text('section_id') }} as section_id,
        {{ to_text('transaction_id') }} as entry_id,
        {{ paypal_kind('transaction_event_code', 'gross_amount') }} as kind,
        {{ to_text('transaction_event_code') }} as event_code,
        {{ to_text('paypal_reference_id') }} as reference_id,
        {{ to_text('invoice_id') }} as invoice_id,
        {{ to_text('custom_field') }} as custom_field,
        {{ to_text('bank_reference_id') }} as bank_reference_id,
        {{ to_text('gross_transaction_currency') }} as currency,
        cast(gross_amount as decimal(38, 4)) as gross_amount,
        cast(fee_amount as decimal(38, 4)) as fee_amount,
        cast(gross_amount - fee_amount as decimal(38, 4)) as net_amount,
        cast(transaction_initiation_date as timestamp) as occurred_at,
        cast(transaction_completion_date as timestamp) as completed_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from typed
)

select * from renamed
