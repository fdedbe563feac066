with

newest_rows as (
    {{ newest_versions('raw_stripe', 'balance_transactions') }}
),

currencies as (
    select * from {{ ref('currencies') }}
),

renamed as (
    select
        'stripe' as system,
        newest_rows.account,
        {{ to_text('newest_rows.id') }} as entry_id,
        {{ to_text('newest_rows.source') }} as source_id,
        case
            when newest_rows.type in ('charge', 'payment') then 'charge'
            -- A payment that bounces later goes back to the buyer: money leaves as with a refund.
            when newest_rows.type in ('refund', 'payment_refund', 'payment_failure_refund')
                then 'refund'
            when newest_rows.type = 'refund_failure' then 'refund_failure'
            when newest_rows.reporting_category = 'dispute' then 'dispute'
            when newest_rows.reporting_category = 'dispute_reversal' then 'dispute_reversal'
            when newest_rows.type = 'stripe_fee' or newest_rows.reporting_category = 'fee'
                then case when newest_rows.amount > 0 then 'fee_refund' else 'fee' end
            when {{ is_stripe_reserve('newest_rows.type') }}
                then case when newest_rows.amount > 0 then 'reserve_release' else 'reserve' end
            when
                newest_rows.type in ('anticipation_repayment', 'advance', 'advance_funding')
                or newest_rows.reporting_category like '%financing%'
                then 'loan'
            when newest_rows.type in ('topup', 'topup_reversal') then 'topup'
            when newest_rows.type like 'transfer%' then 'transfer'
            when newest_rows.type = 'payout' then 'payout'
            when newest_rows.type in ('payout_failure', 'payout_cancel') then 'payout_failure'
            when newest_rows.type = 'adjustment' then 'adjustment'
            else 'other'
        end as kind,
        {{ to_text('newest_rows.type') }} as vendor_type,
        {{ to_text('newest_rows.reporting_category') }} as reporting_category,
        {{ to_text('newest_rows.status') }} as status,
        {{ to_text('newest_rows.description') }} as description,
        upper({{ to_text('newest_rows.currency') }}) as currency,
        {{ stripe_amount('newest_rows.amount') }} as gross_amount,
        {{ stripe_amount('newest_rows.fee') }} as fee_and_tax_amount,
        {{ stripe_amount('newest_rows.net') }} as net_amount,
        cast(newest_rows.exchange_rate as decimal(18, 10)) as exchange_rate,
        cast(newest_rows.created as timestamp) as created_at,
        cast(newest_rows.available_on as timestamp) as available_at,
        cast(newest_rows._version_at as timestamp) as _version_at,
        cast(newest_rows._received_at as timestamp) as _received_at
    from newest_rows
    left join currencies on upper(newest_rows.currency) = currencies.code
)

select * from renamed
