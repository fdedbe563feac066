-- Leg payout_bank, both sides: each payout and each booked line of a bank beside what it is linked
-- to, and why nothing is expected of the others.
with

payouts as (
    select * from {{ ref('int_payouts__summed') }}
),

lines as (
    select * from {{ ref('int_bank_entries__unioned') }}
),

buyers as (
    select * from {{ ref('int_buyer_payments__named') }}
),

own_ibans as (
    select distinct iban from {{ ref('stg_bank__statements') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

compared as (
    select * from {{ ref('int_payout_bank__compared') }}
),

by_payout as (
    select
        system,
        account,
        payout_id,
        payout_currency,
        count(*) - count(gap_amount) as strange_count,
        max(case when line_turn = 1 then gap_amount end) as gap_amount
    from compared
    group by system, account, payout_id, payout_currency
),

by_line as (
    select
        bank_account,
        line_id,
        currency,
        max(case when is_failed then 1 else 0 end) as failed_count,
        count(*) - count(gap_amount) as strange_count,
        -max(case when line_turn = 1 and payout_turn = 1 then gap_amount end) as gap_amount
    from compared
    group by bank_account, line_id, currency
),

payout_side as (
    select
        'payout' as side,
        payouts.system,
        payouts.account,
        payouts.payout_id as source_id,
        payouts.system as psp_system,
        accounts.legal_entity,
        payouts.amount,
        payouts.currency,
        payouts.created_at as occurred_at,
        coalesce(cast(payouts.arrived_date as timestamp), payouts.created_at) as aged_from,
        case when payouts.amount = 0 then 'nothing_moved' end as not_expected_reason,
        payouts.is_duplicate_record,
        coalesce(payouts.status in ('failed', 'canceled', 'cancelled', 'returned'), false)
            as is_failed,
        by_payout.payout_id is not null as is_linked,
        coalesce(by_payout.strange_count > 0, false) as is_other_currency,
        by_payout.gap_amount
    from payouts
    left join by_payout
        on
            payouts.system = by_payout.system
            and payouts.account = by_payout.account
            and payouts.payout_id = by_payout.payout_id
    left join accounts
        on
            payouts.system = accounts.system
            and payouts.account = accounts.account
),

bank_side as (
    select
        'bank' as side,
        lines.system,
        lines.account,
        lines.line_id as source_id,
        'bank' as psp_system,
        lines.legal_entity,
        lines.amount,
        lines.currency,
        lines.occurred_at,
        lines.occurred_at as aged_from,
        case
            when by_line.line_id is not null then null
            when buyers.line_id is not null then 'buyer_payment'
            when own_ibans.iban is not null then 'internal_transfer'
            when lines.transaction_code like '%/CHRG' or lines.transaction_code like '%/INTR'
                then 'bank_charge'
            when lines.amount < 0 and lines.psp_system is null then 'outgoing_payment'
        end as not_expected_reason,
        lines.is_duplicate_record,
        coalesce(by_line.failed_count > 0, false) as is_failed,
        by_line.line_id is not null as is_linked,
        coalesce(by_line.strange_count > 0, false) as is_other_currency,
        by_line.gap_amount
    from lines
    left join by_line
        on
            lines.account = by_line.bank_account
            and lines.line_id = by_line.line_id
    left join buyers
        on
            lines.account = buyers.account
            and lines.line_id = buyers.line_id
    left join own_ibans on lines.counterparty_iban = own_ibans.iban
),

sides as (
    select * from payout_side
    union all
    select * from bank_side
)

select * from sides
