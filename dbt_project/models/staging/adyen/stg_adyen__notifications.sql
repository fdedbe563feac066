with

newest_rows as (
    {{
        newest_versions(
            'raw_adyen', 'notifications', key=['psp_reference', 'event_code', 'success']
        )
    }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

renamed as (
    select
        'adyen' as system,
        newest_rows.account,
        {{ to_text('newest_rows.psp_reference') }} as psp_reference,
        {{ to_text('newest_rows.original_reference') }} as original_reference,
        {{ to_text('newest_rows.merchant_reference') }} as merchant_reference,
        {{ to_text('newest_rows.event_code') }} as event_code,
        lower(newest_rows.success) = 'true' as is_success,
        {{ to_text('newest_rows.reason') }} as reason,
        lower({{ to_text('newest_rows.payment_method') }}) as payment_method,
        {{ to_text('newest_rows.amount__currency') }} as currency,
        {{ from_minor_units('newest_rows.amount__value', adyen_exponent()) }} as amount,
        cast(newest_rows.event_date as timestamp) as occurred_at,
        cast(newest_rows.additional_data__defense_period_ends_at as timestamp) as due_at,
        cast(newest_rows._version_at as timestamp) as _version_at,
        cast(newest_rows._received_at as timestamp) as _received_at
    from newest_rows
    left join currencies on newest_rows.amount__currency = currencies.code
)

select * from renamed
