"""The answer key of the PSP accounts: what the ledger, payouts and disputes should be.

From ``truth.*`` only. An order is the one that the charge, or else its payment intent, names; the true
one stands beside it, for charges of which neither does.
"""

from pathlib import Path

import duckdb

from sandbox.world.psp_special_cases import add_cases


def create_psp_answers(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.payment_entries``, ``payouts_answer`` and ``disputes_answer``; more cases."""
    con.execute(
        """create or replace macro psp_amount(minor, currency) as
        cast(minor * pow10(4 - exponent_of(currency)) as decimal(34, 0)) * cast(0.0001 as decimal(4, 4))"""
    )
    _create_entries(con)
    _create_payouts(con)
    _create_disputes(con)
    add_cases(con)


def write_psp_answers(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """One Parquet file per table."""
    for name, table in (
        ("payment_entries", "payment_entries"),
        ("payouts", "payouts_answer"),
        ("disputes", "disputes_answer"),
    ):
        file = str(folder / f"{name}.parquet").replace("'", "''")
        con.execute(f"copy (from truth.{table} order by all) to '{file}' (format parquet)")


def _create_payouts(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """create or replace table truth.payouts_answer as
        select 'stripe' as system, psp as account, payout_id, psp_amount(amount, upper(currency)) as amount,
            upper(currency) as currency, state as status, cast(arrives_at as date) as arrived_date,
            psp_amount(listed_net, upper(currency)) as entries_net_amount,
            psp_amount(amount - listed_net, upper(currency)) as residual_amount
        from (select p.*, t.currency, f.state, case when f.has_list then p.net end as listed_net
            from truth.psp_payouts as p
            join truth.psp_accounts as t on t.account = p.psp join truth.psp_states as f using (payout_id))"""
    )


def _create_entries(con: duckdb.DuckDBPyConnection) -> None:
    """The PSP tells what a payout is made of once it has sent it; of one made by hand, never."""
    con.execute(
        """create or replace table truth.psp_states as
        select payout_id, state, is_automatic and state <> 'pending' as has_list
        from (select *, psp_payout_state(created_at, arrives_at, refused_at, canceled_at, psp_now()) as state
            from truth.psp_payouts)"""
    )
    con.execute(
        """create or replace table truth.payment_entries as
        with booked as (
            select e.psp, e.entry_id, e.kind, e.created_at, e.ono, e.tno, e.charge_id, e.amount, e.fee, e.tax,
                case when e.kind = 'payout' then e.source_id when s.has_list then l.payout_id end as payout_id
            from truth.psp_entries as e
            left join truth.psp_listed as l on l.entry_id = e.entry_id
            left join truth.psp_states as s on s.payout_id = l.payout_id
            union all
            select p.psp, 'residual:' || p.payout_id, 'other', p.created_at, null, null, null, p.residual, 0, 0,
                p.payout_id
            from truth.psp_payouts as p join truth.psp_states as s using (payout_id)
            where s.has_list and p.residual <> 0)
        select 'stripe' as system, b.psp as account, b.entry_id, b.kind, b.created_at as occurred_at,
            case when c.has_metadata or c.intent_has_metadata then f.account end as order_account,
            case when c.has_metadata or c.intent_has_metadata then cast(c.order_id as varchar) end as order_id,
            b.charge_id, psp_amount(b.amount, upper(t.currency)) as gross_amount,
            psp_amount(b.fee, upper(t.currency)) as fee_amount,
            psp_amount(b.tax, upper(t.currency)) as tax_on_fee_amount,
            psp_amount(b.amount - b.fee - b.tax, upper(t.currency)) as net_amount,
            upper(t.currency) as currency, b.payout_id,
            f.account as true_order_account, cast(c.order_id as varchar) as true_order_id
        from booked as b
        join truth.psp_accounts as t on t.account = b.psp
        left join truth.psp_charges as c on c.ono = b.ono and c.tno = b.tno
        left join truth.shops as f on f.shop = c.shop"""
    )


def _create_disputes(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """create or replace table truth.disputes_answer as
        with moved as (
            select dispute_id, -sum(amount) filter (kind = 'dispute') as withdrawn,
                sum(amount) filter (kind = 'dispute_reversal') as reinstated, sum(fee) as fee
            from truth.psp_entries where dispute_id is not null group by dispute_id)
        select 'stripe' as system, d.psp as account, d.dispute_id, d.charge_id,
            case when c.has_metadata or c.intent_has_metadata then f.account end as order_account,
            case when c.has_metadata or c.intent_has_metadata then cast(c.order_id as varchar) end as order_id,
            psp_dispute_state(d.is_inquiry, d.outcome, d.answered_at, d.closed_at, psp_now()) as status,
            d.is_inquiry, psp_amount(d.amount, d.currency_p) as amount, d.currency_p as currency,
            psp_amount(coalesce(m.withdrawn, 0), upper(t.currency)) as withdrawn_amount,
            psp_amount(coalesce(m.reinstated, 0), upper(t.currency)) as reinstated_amount,
            psp_amount(coalesce(m.fee, 0), upper(t.currency)) as fee_amount
        from truth.psp_disputes as d
        join truth.psp_charges as c using (ono, tno)
        join truth.psp_accounts as t on t.account = d.psp
        join truth.shops as f on f.shop = c.shop
        left join moved as m using (dispute_id)"""
    )
