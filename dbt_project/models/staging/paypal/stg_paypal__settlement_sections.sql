with

newest_rows as (
    {{ newest_versions('raw_paypal', 'settlement_sections', key=['section_id']) }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

renamed as (
    select
        'paypal' as system,
        newest_rows.account,
        {{ to_text('newest_rows.section_id') }} as section_id,
        cast(newest_rows.report_date as date) as report_date,
        {{ to_text('newest_rows.account_id') }} as vendor_account_id,
        {{ to_text('newest_rows.currency') }} as currency,
        {{ from_minor_units('newest_rows.beginning_available_balance', paypal_exponent()) }}
            as opening_amount,
        {{ from_minor_units('newest_rows.ending_available_balance', paypal_exponent()) }}
            as closing_amount,
        cast(newest_rows.lines_count as bigint) as lines_count,
        cast(newest_rows.period_start as timestamp) as period_start_at,
        cast(newest_rows.period_end as timestamp) as period_end_at,
        cast(newest_rows._version_at as timestamp) as _version_at,
        cast(newest_rows._received_at as timestamp) as _received_at
    from newest_rows
    left join currencies on newest_rows.currency = currencies.code
)

select * from renamed
