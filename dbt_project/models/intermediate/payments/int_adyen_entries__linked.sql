-- Adyen's movements of a balance: the lines of settled batches, and of payments what the daily
-- accounting report told of before a batch lists it. A batch that came again under another number
-- is a duplicate record.
with

settlement_lines as (
    select * from {{ ref('stg_adyen__settlement_lines') }}
),

accounting_lines as (
    select * from {{ ref('stg_adyen__accounting_lines') }}
    where kind is not null
),

accounted as (
    select
        accounting_lines.*,
        commission_amount + markup_amount + scheme_fees_amount + interchange_amount as fee_amount,
        row_number() over (
            partition by account, entry_id
            order by booked_at asc nulls last, report_date asc nulls last
        ) as turn
    from accounting_lines
),

told_early as (
    select
        accounted.*,
        payable_amount + fee_amount as gross_amount
    from accounted
    where turn = 1
),

settled as (
    select
        settlement_lines.system,
        settlement_lines.account,
        settlement_lines.entry_id,
        settlement_lines.kind,
        settlement_lines.vendor_type,
        coalesce(told_early.booked_at, settlement_lines.booked_at, settlement_lines.occurred_at)
            as occurred_at,
        settlement_lines.occurred_at as paid_at,
        settlement_lines.psp_reference,
        settlement_lines.modification_reference,
        settlement_lines.merchant_reference,
        settlement_lines.payout_id,
        settlement_lines.is_copy as is_duplicate_record,
        settlement_lines.gross_amount,
        settlement_lines.fee_amount,
        -- Scheme fees and interchange are passed on as they are; the contract sets the rest.
        settlement_lines.commission_amount + settlement_lines.markup_amount as agreed_fee_amount,
        settlement_lines.net_amount,
        settlement_lines.currency,
        settlement_lines.gross_amount_presentment,
        settlement_lines.currency_presentment
    from settlement_lines
    left join told_early
        on
            settlement_lines.account = told_early.account
            and settlement_lines.entry_id = told_early.entry_id
),

waiting as (
    select
        told_early.system,
        told_early.account,
        told_early.entry_id,
        told_early.kind,
        told_early.record_type as vendor_type,
        told_early.booked_at as occurred_at,
        told_early.booked_at as paid_at,
        told_early.psp_reference,
        told_early.modification_reference,
        told_early.merchant_reference,
        {{ to_text('null') }} as payout_id,
        false as is_duplicate_record,
        told_early.gross_amount,
        told_early.fee_amount,
        told_early.commission_amount + told_early.markup_amount as agreed_fee_amount,
        told_early.payable_amount as net_amount,
        told_early.settlement_currency as currency,
        case
            when told_early.gross_amount < 0 then -told_early.main_amount
            else told_early.main_amount
        end as gross_amount_presentment,
        told_early.main_currency as currency_presentment
    from told_early
    left join settlement_lines
        on
            told_early.account = settlement_lines.account
            and told_early.entry_id = settlement_lines.entry_id
    where settlement_lines.entry_id is null
),

unioned as (
    select * from settled
    union all
    select * from waiting
),

linked as (
    select
        system,
        account,
        entry_id,
        kind,
        vendor_type,
        occurred_at,
        cast(null as timestamp) as available_at,
        modification_reference as source_id,
        psp_reference as charge_id,
        case when kind in ('refund', 'refund_failure') then modification_reference end as refund_id,
        case when kind in ('dispute', 'dispute_reversal') then modification_reference end
            as dispute_id,
        payout_id,
        {{ to_text('null') }} as transaction_id,
        case when kind = 'charge' then merchant_reference end as payment_id,
        {{ to_text('null') }} as order_account,
        {{ to_text('null') }} as order_id,
        false as is_release,
        false as is_bounced,
        is_duplicate_record,
        gross_amount,
        fee_amount,
        cast(0 as decimal(38, 4)) as tax_on_fee_amount,
        net_amount,
        currency,
        case when psp_reference is not null then gross_amount_presentment end
            as gross_amount_presentment,
        case when psp_reference is not null then currency_presentment end as currency_presentment,
        agreed_fee_amount,
        paid_at
    from unioned
)

select * from linked
