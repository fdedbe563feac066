-- Leg psp_payout, both sides: each movement of a balance with the payout that took it, each payout
-- beside the sum of its movements. A payout is what leaves the balance.
with

placed as (
    select * from {{ ref('int_payout_entries__placed') }}
),

payouts as (
    select * from {{ ref('int_payouts__summed') }}
),

reserves as (
    select * from {{ ref('int_reserves__held') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

placed_sums as (
    select
        system,
        account,
        payout_id,
        currency,
        sum(amount) as entries_amount
    from placed
    where payout_id is not null
    group by system, account, payout_id, currency
),

-- Balances that are emptied by conversion, never by a payout: what is in them is paid out of
-- another.
converted as (
    select
        placed.system,
        placed.account,
        placed.currency
    from placed
    left join payouts
        on
            placed.system = payouts.system
            and placed.account = payouts.account
            and placed.currency = payouts.balance_currency
    where payouts.payout_id is null
    group by placed.system, placed.account, placed.currency
    having max(case when placed.kind = 'fx_conversion' then 1 else 0 end) = 1
),

psp_side as (
    select
        'psp' as side,
        placed.system,
        placed.account,
        placed.entry_id as source_id,
        placed.amount,
        placed.currency,
        placed.occurred_at,
        placed.due_at as aged_from,
        case when converted.currency is not null then 'converted' end as not_expected_reason,
        placed.is_duplicate_record,
        false as is_failed,
        placed.payout_id is not null as is_linked,
        reserves.entry_id is not null as is_held,
        cast(0 as decimal(38, 4)) as gap_amount
    from placed
    left join converted
        on
            placed.system = converted.system
            and placed.account = converted.account
            and placed.currency = converted.currency
    left join reserves
        on
            placed.system = reserves.system
            and placed.account = reserves.account
            and placed.entry_id = reserves.entry_id
    where placed.kind not in ('payout', 'payout_failure')
),

payout_side as (
    select
        'payout' as side,
        payouts.system,
        payouts.account,
        payouts.payout_id as source_id,
        payouts.balance_amount as amount,
        payouts.balance_currency as currency,
        payouts.created_at as occurred_at,
        payouts.created_at as aged_from,
        case when payouts.balance_amount = 0 then 'nothing_moved' end as not_expected_reason,
        payouts.is_duplicate_record,
        coalesce(payouts.status in ('failed', 'canceled', 'cancelled', 'returned'), false)
            as is_failed,
        placed_sums.payout_id is not null as is_linked,
        false as is_held,
        payouts.balance_amount - placed_sums.entries_amount as gap_amount
    from payouts
    left join placed_sums
        on
            payouts.system = placed_sums.system
            and payouts.account = placed_sums.account
            and payouts.payout_id = placed_sums.payout_id
            and payouts.balance_currency = placed_sums.currency
),

unioned as (
    select * from psp_side
    union all
    select * from payout_side
),

sides as (
    select
        unioned.*,
        unioned.system as psp_system,
        accounts.legal_entity
    from unioned
    left join accounts
        on
            unioned.system = accounts.system
            and unioned.account = accounts.account
)

select * from sides
