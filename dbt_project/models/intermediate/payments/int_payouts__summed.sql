-- Payouts of all payment providers beside the sum of the entries they list. What a payout holds and
-- no list shows is its residual; without a list there is nothing to compare.
with

stripe_payouts as (
    select * from {{ ref('stg_stripe__payouts') }}
),

entries as (
    select * from {{ ref('int_psp_entries__unioned') }}
),

unioned as (
    select
        system,
        account,
        payout_id,
        status,
        method,
        failure_code,
        is_automatic,
        amount,
        currency,
        created_at,
        arrival_date as arrived_date
    from stripe_payouts
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
        unioned.system,
        unioned.account,
        unioned.payout_id,
        unioned.status,
        unioned.method,
        unioned.failure_code,
        unioned.is_automatic,
        entries_summed.payout_id is not null as has_entry_list,
        unioned.currency,
        unioned.amount,
        coalesce(entries_summed.entries_count, 0) as entries_count,
        entries_summed.entries_net_amount,
        unioned.amount - entries_summed.entries_net_amount as residual_amount,
        unioned.created_at,
        unioned.arrived_date
    from unioned
    left join entries_summed
        on
            unioned.system = entries_summed.system
            and unioned.account = entries_summed.account
            and unioned.payout_id = entries_summed.payout_id
            and unioned.currency = entries_summed.currency
)

select * from summed
