-- Every charge, refund and dispute that met another currency on its way to us: what was paid, what
-- our balance got, and the days of the three steps: the order, the entry, the payout that took it
-- to the bank.
with

entries as (
    select * from {{ ref('int_psp_entries__unioned') }}
    where
        kind in ('charge', 'refund', 'refund_failure', 'dispute', 'dispute_reversal')
        and not is_duplicate_record
),

payouts as (
    select * from {{ ref('int_payouts__summed') }}
),

orders as (
    select * from {{ ref('int_orders__dated') }}
),

accounts as (
    select * from {{ ref('stg_group__accounts') }}
),

joined as (
    select
        entries.system,
        entries.account,
        accounts.legal_entity,
        accounts.group_currency,
        entries.entry_id,
        entries.kind as entry_kind,
        entries.order_account,
        entries.order_id,
        entries.payout_id,
        entries.gross_amount as amount_settlement,
        entries.currency as currency_settlement,
        coalesce(entries.gross_amount_presentment, entries.gross_amount) as amount,
        coalesce(entries.currency_presentment, entries.currency) as currency,
        orders.order_date,
        {{ local_date('entries.occurred_at', 'accounts.zone') }} as entry_date,
        coalesce(
            payouts.arrived_date, {{ local_date('payouts.created_at', 'accounts.zone') }}
        ) as payout_date
    from entries
    left join accounts
        on
            entries.system = accounts.system
            and entries.account = accounts.account
    left join orders
        on
            entries.order_account = orders.account
            and entries.order_id = orders.order_id
    left join payouts
        on
            entries.system = payouts.system
            and entries.account = payouts.account
            and entries.payout_id = payouts.payout_id
),

dated as (
    select *
    from joined
    where currency <> group_currency or currency_settlement <> group_currency
)

select * from dated
