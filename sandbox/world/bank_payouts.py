"""Every PSP's payouts on their way to the bank: ``truth.bank_payouts``, and what becomes of each there.

Amounts are whole minor units, below zero where the bank is debited. ``bank_fault`` says what the bank
does to a payout: it hangs on the payout's rank in its account, so every world has it, and few are drawn.
"""

import duckdb

from sandbox.world.columns import store_rows

LEAST = 5_000  # minor units of a payout that a fault may hang on
# (kind, system, account, which of the account's payouts, change in minor units)
RANKED = (
    ("missing_at_bank", "stripe", "payments-gmbh", 3, 0),
    ("payout_short", "stripe", "payments-gmbh", 5, -1_250),
    ("payout_short", "stripe", "payments-gmbh", 7, -1),
    ("amount_difference", "stripe", "payments-gmbh", 9, 1),
    ("amount_difference", "stripe", "payments-gmbh", 11, 4_000),
    ("currency_mismatch", "stripe", "payments-gmbh", 13, 0),
    ("missing_at_bank", "shopify", "nordlicht-world", 2, 0),
    ("payout_short", "shopify", "nordlicht-world", 4, -1_500),
    ("payout_short", "stripe", "payments-kk", 2, -550),
    ("missing_at_bank", "stripe", "payments-kk", 4, 0),
)
DRAWN_SIDES = 900  # of so many draws, three are faults
LATE_SIDES = 6  # of so many payouts, one is booked a workday late


def create_bank_payouts(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.bank_payouts``: one row per payout of any PSP, and when and how the bank books it."""
    store_rows(con, "truth.bank_ranked", ["kind", "system", "account", "nth", "change"], RANKED)
    con.execute(
        f"""create table truth.bank_payouts as
        with paid as (
            select 'stripe' as system, p.psp as account, p.payout_id, p.amount, upper(t.currency) as currency,
                p.amount as balance_amount, upper(t.currency) as balance_currency, p.created_at,
                date_trunc('day', p.arrives_at) as arrives_on, p.refused_at, p.canceled_at,
                p.payout_id as reference, 'STRIPE ' || p.payout_id as text, p.residual, false as is_shown_failing,
                cast(null as varchar) as fault
            from truth.psp_payouts as p join truth.psp_accounts as t on t.account = p.psp
            union all
            select 'shopify', account, cast(payout_id as varchar), amount, currency, amount, currency, cut_at,
                date_trunc('day', cut_at) + interval 1 day, refused_at, null, cast(payout_id as varchar),
                'SHOPIFY ' || payout_id, amount - net, true, null
            from truth.sp_payouts
            union all
            select system, account, payout_id, bank_amount, bank_currency, amount, currency, sent_at,
                date_trunc('day', arrives_at), returned_at, null,
                case system when 'adyen' then split_part(bank_text, ' ', 1) else payout_id end,
                case system when 'adyen' then 'ADYEN ' else '' end || bank_text, residual, true, fault
            from truth.provider_payouts),
        placed as (
            select p.*, coalesce(s.legal_entity, x.legal_entity) as legal_entity
            from paid as p
            left join truth.shops as s on s.account = p.account
            left join truth.psp_entities as x on x.account = p.account),
        ranked as (
            select *, system in ('stripe', 'shopify') and refused_at is null and canceled_at is null
                    and residual = 0 and amount >= {LEAST} as may_fail
            from placed),
        numbered as (
            select *, row_number() over (partition by system, account, may_fail order by created_at, payout_id)
                as nth
            from ranked),
        fated as (
            select n.*, r.kind, r.change,
                case when n.may_fail and r.kind is null
                    then chance(hash(n.payout_id) >> 8, 'bank fault', {DRAWN_SIDES}) end as drawn
            from numbered as n
            left join truth.bank_ranked as r on n.may_fail and r.system = n.system and r.account = n.account
                and r.nth = n.nth)
        select * exclude (kind, change, drawn, may_fail, nth),
            coalesce(kind, (['missing_at_bank', 'payout_short', 'amount_difference'])[drawn + 1])
                as bank_fault,
            coalesce(change, case drawn when 1 then -100 when 2 then 1000 else 0 end) as change,
            case when psp_workday(arrives_on) <> arrives_on then psp_workday(arrives_on)
                when chance(hash(payout_id) >> 8, 'booked late', {LATE_SIDES}) = 0
                then psp_workday(arrives_on + interval 1 day) else arrives_on end as booked_on,
            -- What the bank changes is found by the payout's name only.
            kind is not null or drawn < 3 or refused_at is not null or system in ('adyen', 'paypal')
                or chance(hash(payout_id) >> 8, 'named', 3) > 0
                as is_named
        from fated"""
    )
