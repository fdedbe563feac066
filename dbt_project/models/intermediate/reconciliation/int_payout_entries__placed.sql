-- The payout of each entry: the one that lists it. A payout made by hand lists nothing: it takes
-- what no list has and came due since the payout before it.
with

entries as (
    select
        entries.*,
        greatest(entries.occurred_at, coalesce(entries.available_at, entries.occurred_at)) as due_at
    from {{ ref('int_psp_entries__unioned') }} as entries
    where entries.kind <> 'payout'
),

payouts as (
    select * from {{ ref('int_payouts__summed') }}
    where coalesce(status, '') not in ('failed', 'canceled', 'cancelled', 'returned')
),

in_turn as (
    select
        payouts.*,
        lag(created_at) over (
            partition by system, account, balance_currency
            order by created_at asc nulls last, payout_id asc nulls last
        ) as previous_at
    from payouts
),

by_hand as (
    select * from in_turn
    where not has_entry_list and not coalesce(is_automatic, true)
),

taken as (
    select
        entries.system,
        entries.account,
        entries.entry_id,
        by_hand.payout_id
    from entries
    inner join by_hand
        on
            entries.system = by_hand.system
            and entries.account = by_hand.account
            and entries.currency = by_hand.balance_currency
    where
        entries.payout_id is null
        and entries.due_at <= by_hand.created_at
        and entries.due_at > coalesce(by_hand.previous_at, cast('1970-01-01' as timestamp))
),

placed as (
    select
        entries.system,
        entries.account,
        entries.entry_id,
        entries.kind,
        entries.is_duplicate_record,
        entries.net_amount as amount,
        entries.currency,
        entries.occurred_at,
        entries.due_at,
        coalesce(entries.payout_id, taken.payout_id) as payout_id,
        case
            when entries.payout_id is null and taken.payout_id is not null then 'balance_run'
            when entries.payout_id is not null and entries.system = 'paypal' then 'balance_sweep'
            when entries.payout_id is not null then 'payout_list'
        end as link_key,
        cast(
            case
                when entries.payout_id is null then 0.8
                when entries.system = 'paypal' then 0.9
                else 1
            end as decimal(3, 2)
        ) as confidence
    from entries
    left join taken
        on
            entries.system = taken.system
            and entries.account = taken.account
            and entries.entry_id = taken.entry_id
)

select * from placed
