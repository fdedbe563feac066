-- Stripe's balance transactions with what caused them and the payout that lists them. Tax on a fee
-- is a line of its fee details; the rest of them is the fee. Test mode moves no money. A partial
-- capture is booked whole and its rest released by a refund, so a charge counts with all it asked.
with

entries as (
    select * from {{ ref('stg_stripe__balance_transactions') }}
),

charges as (
    select * from {{ ref('stg_stripe__charges') }}
),

refunds as (
    select * from {{ ref('stg_stripe__refunds') }}
),

disputes as (
    select * from {{ ref('stg_stripe__disputes') }}
),

payout_entries as (
    select * from {{ ref('stg_stripe__payout_entries') }}
),

fee_details as (
    select * from {{ ref('stg_stripe__fee_details') }}
),

fees as (
    select
        account,
        entry_id,
        currency,
        sum(case when fee_type <> 'tax' then fee_amount else 0 end) as fee_amount,
        sum(case when fee_type = 'tax' then fee_amount else 0 end) as tax_on_fee_amount
    from fee_details
    group by account, entry_id, currency
),

caused as (
    select
        entries.*,
        refunds.refund_id,
        disputes.dispute_id,
        coalesce(charges.charge_id, refunds.charge_id, disputes.charge_id) as charge_id,
        coalesce(charges.amount, refunds.amount, disputes.amount) as cause_amount,
        coalesce(charges.currency, refunds.currency, disputes.currency) as cause_currency
    from entries
    left join charges
        on
            entries.account = charges.account
            and entries.source_id = charges.charge_id
    left join refunds
        on
            entries.account = refunds.account
            and entries.source_id = refunds.refund_id
    left join disputes
        on
            entries.account = disputes.account
            and entries.source_id = disputes.dispute_id
),

linked as (
    select
        caused.system,
        caused.account,
        caused.entry_id,
        caused.kind,
        caused.vendor_type,
        caused.created_at as occurred_at,
        caused.available_at,
        caused.source_id,
        caused.charge_id,
        caused.refund_id,
        caused.dispute_id,
        case when caused.kind = 'payout' then caused.source_id else payout_entries.payout_id end
            as payout_id,
        {{ to_text('null') }} as transaction_id,
        {{ to_text('null') }} as payment_id,
        {{ to_text('null') }} as order_account,
        {{ to_text('null') }} as order_id,
        coalesce(caused.reporting_category = 'partial_capture_reversal', false) as is_release,
        coalesce(caused.vendor_type = 'payment_failure_refund', false) as is_bounced,
        false as is_duplicate_record,
        caused.gross_amount,
        coalesce(fees.fee_amount, 0) as fee_amount,
        coalesce(fees.tax_on_fee_amount, 0) as tax_on_fee_amount,
        caused.net_amount,
        caused.currency,
        case
            when caused.gross_amount < 0 then -caused.cause_amount else caused.cause_amount
        end as gross_amount_presentment,
        caused.cause_currency as currency_presentment,
        coalesce(fees.fee_amount, 0) as agreed_fee_amount,
        caused.created_at as paid_at
    from caused
    left join fees
        on
            caused.account = fees.account
            and caused.entry_id = fees.entry_id
            and caused.currency = fees.currency
    left join payout_entries
        on
            caused.account = payout_entries.account
            and caused.entry_id = payout_entries.entry_id
    left join charges
        on
            caused.account = charges.account
            and caused.charge_id = charges.charge_id
    where not coalesce(charges.is_test, false)
)

select * from linked
