-- Each step of a payment's life as booked on a day. What moved the balance has a kind, and the id
-- that the same movement has in its batch's settlement report.
with

newest_rows as (
    {{ newest_versions('raw_adyen', 'accounting_lines', key=['report_date', 'line_id']) }}
),

typed as (
    select
        'adyen' as system,
        account,
        cast(report_date as date) as report_date,
        {{ to_text('line_id') }} as line_id,
        {{ to_text('psp_reference') }} as psp_reference,
        {{ to_text('modification_psp_reference') }} as modification_reference,
        {{ to_text('merchant_reference') }} as merchant_reference,
        {{ to_text('record_type') }} as record_type,
        lower({{ to_text('payment_method') }}) as payment_method,
        lower({{ to_text('payment_method_variant') }}) as payment_method_variant,
        {{ to_text('main_currency') }} as main_currency,
        cast(main_amount as decimal(38, 4)) as main_amount,
        {{ to_text('payment_currency') }} as currency,
        cast(received_pc as decimal(38, 4)) as received_amount,
        cast(authorised_pc as decimal(38, 4)) as authorised_amount,
        cast(captured_pc as decimal(38, 4)) as captured_amount,
        {{ to_text('settlement_currency') }} as settlement_currency,
        cast(payable_sc as decimal(38, 4)) as payable_amount,
        cast(coalesce(commission_sc, 0) as decimal(38, 4)) as commission_amount,
        cast(coalesce(markup_sc, 0) as decimal(38, 4)) as markup_amount,
        cast(coalesce(scheme_fees_sc, 0) as decimal(38, 4)) as scheme_fees_amount,
        cast(coalesce(interchange_sc, 0) as decimal(38, 4)) as interchange_amount,
        {{ to_text('processing_fee_currency') }} as processing_fee_currency,
        cast(processing_fee_fc as decimal(38, 4)) as processing_fee_amount,
        cast(booked_at as timestamp) as booked_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
),

renamed as (
    select
        typed.*,
        case when payable_amount is not null then line_id end as entry_id,
        case
            when payable_amount is not null
                then {{ adyen_kind('record_type', 'payable_amount') }}
        end as kind
    from typed
)

select * from renamed
