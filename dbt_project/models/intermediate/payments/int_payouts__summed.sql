-- Payouts of all payment providers beside the sum of the entries they list. What a payout holds and
-- no list shows is its residual; without a list there is nothing to compare.
with

payouts as (
    select * from {{ ref('int_payouts__unioned') }}
),

entries as (
    select * from {{ ref('int_psp_entries__unioned') }}
),

entries_summed as (
    select
        system,
        account,
        payout_id,
        currency,
        count(*) as entries_count,
        sum(net_amount) as entries_net_amount
    from entries
    where kind <> 'payout' and payout_id is not null
    group by system, account, payout_id, currency
),

summed as (
    select
        payouts.system,
        payouts.account,
        payouts.payout_id,
        payouts.status,
        payouts.method,
        payouts.failure_code,
        payouts.is_automatic,
        payouts.is_duplicate_record,
        entries_summed.payout_id is not null as has_entry_list,
        payouts.bank_reference,
        payouts.currency,
        payouts.amount,
        payouts.balance_currency,
        payouts.balance_amount,
        coalesce(entries_summed.entries_count, 0) as entries_count,
        entries_summed.entries_net_amount,
        payouts.balance_amount - entries_summed.entries_net_amount as residual_amount,
        payouts.created_at,
        payouts.arrived_date
    from payouts
    left join entries_summed
        on
            payouts.system = entries_summed.system
            and payouts.account = entries_summed.account
            and payouts.payout_id = entries_summed.payout_id
            and payouts.balance_currency = entries_summed.currency
)

select * from summed
