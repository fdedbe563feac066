-- Each balance that a provider states beside what moved it: the entries of its batch, or of its
-- time. What a payout holds and no list shows stands beside them.
with

paypal_balances as (
    select * from {{ ref('int_paypal_balances__stated') }}
),

adyen_balances as (
    select * from {{ ref('int_adyen_balances__stated') }}
),

entries as (
    select * from {{ ref('int_psp_entries__unioned') }}
    where not is_duplicate_record
),

payouts as (
    select * from {{ ref('int_payouts__summed') }}
    where not is_duplicate_record and residual_amount <> 0
),

batch_entries as (
    select
        account,
        payout_id,
        currency,
        count(*) as entries_count,
        sum(net_amount) as entries_net_amount
    from entries
    where system = 'adyen' and kind <> 'transfer' and payout_id is not null
    group by account, payout_id, currency
),

day_entries as (
    select
        paypal_balances.account,
        paypal_balances.currency,
        paypal_balances.statement,
        paypal_balances.statement_id,
        count(*) as entries_count,
        sum(entries.net_amount) as entries_net_amount
    from paypal_balances
    inner join entries
        on
            entries.system = 'paypal'
            and paypal_balances.account = entries.account
            and paypal_balances.currency = entries.currency
            and paypal_balances.begins_at <= entries.occurred_at
            and paypal_balances.ends_at >= entries.occurred_at
    group by
        paypal_balances.account,
        paypal_balances.currency,
        paypal_balances.statement,
        paypal_balances.statement_id
),

tied as (
    select
        'paypal' as system,
        paypal_balances.account,
        paypal_balances.currency,
        paypal_balances.statement,
        paypal_balances.statement_id,
        paypal_balances.balance_date,
        paypal_balances.opening_amount,
        coalesce(day_entries.entries_count, 0) as entries_count,
        coalesce(day_entries.entries_net_amount, 0) as entries_net_amount,
        cast(0 as decimal(38, 4)) as residual_amount,
        paypal_balances.closing_amount
    from paypal_balances
    left join day_entries
        on
            paypal_balances.account = day_entries.account
            and paypal_balances.currency = day_entries.currency
            and paypal_balances.statement = day_entries.statement
            and paypal_balances.statement_id = day_entries.statement_id
    union all
    select
        'adyen' as system,
        adyen_balances.account,
        adyen_balances.currency,
        adyen_balances.statement,
        adyen_balances.statement_id,
        adyen_balances.balance_date,
        adyen_balances.opening_amount,
        coalesce(batch_entries.entries_count, 0) as entries_count,
        coalesce(batch_entries.entries_net_amount, 0) as entries_net_amount,
        coalesce(payouts.residual_amount, 0) as residual_amount,
        adyen_balances.closing_amount
    from adyen_balances
    left join batch_entries
        on
            adyen_balances.account = batch_entries.account
            and adyen_balances.statement_id = batch_entries.payout_id
            and adyen_balances.currency = batch_entries.currency
    left join payouts
        on
            payouts.system = 'adyen'
            and adyen_balances.account = payouts.account
            and adyen_balances.statement_id = payouts.payout_id
            and adyen_balances.currency = payouts.balance_currency
)

select * from tied
