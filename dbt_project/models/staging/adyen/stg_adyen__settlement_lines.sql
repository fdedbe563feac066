-- A batch that Adyen sends again under another number holds the same lines: the first keeps the
-- plain id, a later one has its batch in it. Gross in settlement currency is what is left of it and
-- what it cost.
with

newest_rows as (
    {{ newest_versions('raw_adyen', 'settlement_lines', key=['batch_number', 'line_id']) }}
),

typed as (
    select
        'adyen' as system,
        account,
        row_number() over (
            partition by account, line_id order by cast(batch_number as bigint) asc nulls last
        ) as copy_number,
        {{ to_text('line_id') }} as line_id,
        {{ to_text('batch_number') }} as batch_number,
        {{ to_text('merchant_account') }} as merchant_account,
        {{ to_text('psp_reference') }} as psp_reference,
        {{ to_text('modification_reference') }} as modification_reference,
        {{ to_text('merchant_reference') }} as merchant_reference,
        {{ to_text('modification_merchant_reference') }} as modification_merchant_reference,
        {{ to_text('type') }} as vendor_type,
        lower({{ to_text('payment_method') }}) as payment_method,
        lower({{ to_text('payment_method_variant') }}) as payment_method_variant,
        {{ to_text('gross_currency') }} as currency_presentment,
        {{ adyen_signed('gross_credit_gc', 'gross_debit_gc') }} as gross_amount_presentment,
        cast(exchange_rate as decimal(18, 10)) as exchange_rate,
        {{ to_text('net_currency') }} as currency,
        cast(coalesce(commission_nc, 0) as decimal(38, 4)) as commission_amount,
        cast(coalesce(markup_nc, 0) as decimal(38, 4)) as markup_amount,
        cast(coalesce(scheme_fees_nc, 0) as decimal(38, 4)) as scheme_fees_amount,
        cast(coalesce(interchange_nc, 0) as decimal(38, 4)) as interchange_amount,
        {{ adyen_signed('net_credit_nc', 'net_debit_nc') }} as net_amount,
        cast(created_at as timestamp) as created_at,
        cast(booked_at as timestamp) as booked_at,
        cast(_version_at as timestamp) as _version_at,
        cast(_received_at as timestamp) as _received_at
    from newest_rows
),

summed as (
    select
        typed.*,
        cast(
            commission_amount + markup_amount + scheme_fees_amount + interchange_amount
            as decimal(38, 4)
        ) as fee_amount
    from typed
),

renamed as (
    select
        system,
        account,
        case when copy_number = 1 then line_id else line_id || ':' || batch_number end as entry_id,
        copy_number > 1 as is_copy,
        batch_number,
        batch_number as payout_id,
        merchant_account,
        psp_reference,
        modification_reference,
        merchant_reference,
        modification_merchant_reference,
        vendor_type,
        coalesce({{ adyen_kind('vendor_type', 'net_amount') }}, 'other') as kind,
        payment_method,
        payment_method_variant,
        currency_presentment,
        case when currency_presentment is not null then gross_amount_presentment end
            as gross_amount_presentment,
        exchange_rate,
        currency,
        cast(net_amount + fee_amount as decimal(38, 4)) as gross_amount,
        fee_amount,
        commission_amount,
        markup_amount,
        scheme_fees_amount,
        interchange_amount,
        net_amount,
        created_at as occurred_at,
        booked_at,
        _version_at,
        _received_at
    from summed
)

select * from renamed
