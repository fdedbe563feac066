"""Payouts: what was available by each cut goes to the bank, and sometimes comes back.

A cut takes the entries that were ready since the one before, whatever happens later, so a payout once
formed never changes its entries. Only a failing payout is part of a later one, and fails at most once a
month, so amounts are found in two steps.
"""

import duckdb

from sandbox.world.psp_cuts import create_cuts, create_fates
from sandbox.world.psp_entries import COLUMNS

LEAST_TO_HIDE = 2_000  # minor units
REFUSED_HOURS = 30  # after arrival
CANCELED_DAY, CANCELED_AMOUNT = "2026-07-22", 4_000


def create_payouts(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.psp_payouts``, their entries and those of failed ones; ``truth.psp_listed``: entry to payout."""
    create_cuts(con)
    _place(con)
    create_fates(con)
    _form(con)
    con.execute(
        f"""insert into truth.psp_entries ({COLUMNS})
        select psp, psp_id('txn_1', 'back' || payout_id), 'payout_failure', 'payout_failure', 'payout_reversal',
            payout_id, null, null, null, null, null, amount, 0, 0, null, refused_at, refused_at,
            'STRIPE PAYOUT FAILURE'
        from truth.psp_payouts where refused_at <= psp_now()"""
    )
    con.execute("drop table truth.psp_payouts; drop table truth.psp_placed")
    _place(con)
    _form(con)
    _add_canceled(con)
    _add_payout_entries(con)


def _place(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.psp_placed``: each entry's cut; what is not ready by the last one has none yet."""
    con.execute(
        """create table truth.psp_placed as
        select e.entry_id, e.psp, c.cut_at, e.amount - e.fee - e.tax as net
        from (select *, greatest(created_at, available_at) as ready_at from truth.psp_entries) as e
        asof join truth.psp_cuts as c on c.psp = e.psp and e.ready_at <= c.cut_at"""
    )


def _form(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""create table truth.psp_payouts as
        with summed as (
            select psp, cut_at, cast(sum(net) as bigint) as net, count(*) as entries
            from truth.psp_placed group by psp, cut_at having sum(net) <> 0),
        paid as (
            select s.*, f.cut_on, f.arrives_at, f.is_manual,
                case when f.is_manual then 0 when f.hidden <> 0 then f.hidden
                    when f.may_hide and s.net >= {LEAST_TO_HIDE} then -f.hides else 0 end as residual,
                f.fails and s.net > 0 and not f.is_manual as fails
            from summed as s join truth.psp_fates as f using (psp, cut_at))
        select psp, psp_id('po_1', psp || cut_on) as payout_id, cut_at as created_at, cut_on, arrives_at,
            not is_manual as is_automatic, net, residual, net + residual as amount, entries,
            case when fails then arrives_at + interval {REFUSED_HOURS} hour end as refused_at,
            cast(null as timestamp) as canceled_at
        from paid"""
    )


def _add_canceled(con: duckdb.DuckDBPyConnection) -> None:
    """One payout by hand, called back within the hour: out and in again, on no list."""
    con.execute(
        f"""insert into truth.psp_payouts
        select psp, payout_id, created_at, cast(created_at as date), date_trunc('day', created_at) + interval 2 day,
            false, null, 0, {CANCELED_AMOUNT}, 0, null, created_at + interval 40 minute
        from (select account as psp, psp_id('po_1', 'canceled' || account) as payout_id,
                timestamp '{CANCELED_DAY}' + interval 12 hour as created_at
            from truth.psp_accounts where account = 'payments-gmbh')
        where created_at <= psp_now()"""
    )


def _add_payout_entries(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""insert into truth.psp_entries ({COLUMNS})
        select psp, psp_id('txn_1', 'out' || payout_id), 'payout', 'payout', 'payout', payout_id, null, null, null,
            null, null, -amount, 0, 0, null, created_at, arrives_at, 'STRIPE PAYOUT' from truth.psp_payouts
        union all
        select psp, psp_id('txn_1', 'undone' || payout_id), 'payout_failure', 'payout_cancel', 'payout_reversal',
            payout_id, null, null, null, null, null, amount, 0, 0, null, canceled_at, canceled_at,
            'STRIPE PAYOUT CANCEL'
        from truth.psp_payouts where canceled_at <= psp_now()"""
    )
    con.execute(
        """create table truth.psp_listed as
        select l.entry_id, p.payout_id, p.psp
        from truth.psp_placed as l
        join truth.psp_payouts as p on p.psp = l.psp and p.created_at = l.cut_at and p.is_automatic
        union all
        select psp_id('txn_1', 'out' || payout_id), payout_id, psp from truth.psp_payouts where is_automatic"""
    )
    con.execute("drop table truth.psp_fates; drop table truth.psp_cuts")
