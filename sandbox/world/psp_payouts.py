"""Payouts: what was available by each cut goes to the bank, and sometimes comes back.

A cut takes the entries that were ready since the one before, whatever happens later, so a payout once
formed never changes its entries. Only a failing payout is part of a later one, and fails at most once a
month, so amounts are found in two steps.
"""

import duckdb

from sandbox.world.psp_accounts import TERMS
from sandbox.world.psp_entries import COLUMNS

HIDDEN_PERCENT = 3  # payouts whose amount differs from their entries by something no list shows
LEAST_TO_HIDE = 2_000  # minor units
FAILING_SIXTHS = 1  # of the months
REFUSED_HOURS = 30  # after arrival
# The second Friday's payout is made by hand in one month of four.
MANUAL_QUARTERS = 1
CANCELED_DAY, CANCELED_AMOUNT = "2026-07-22", 4_000


def create_payouts(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.psp_payouts``, their entries and those of failed ones; ``truth.psp_listed``: entry to payout."""
    _create_cuts(con)
    _place(con, "truth.psp_placed", "true")
    _create_fates(con)
    _form(con, "truth.psp_placed")
    con.execute(
        f"""insert into truth.psp_entries ({COLUMNS})
        select psp, psp_id('txn_1', 'back' || payout_id), 'payout_failure', 'payout_failure', 'payout_reversal',
            payout_id, null, null, null, null, null, amount, 0, 0, null, refused_at, refused_at,
            'STRIPE PAYOUT FAILURE'
        from truth.psp_payouts where refused_at <= psp_now()"""
    )
    con.execute("drop table truth.psp_payouts; drop table truth.psp_placed")
    _place(con, "truth.psp_placed", "true")
    _form(con, "truth.psp_placed")
    _add_canceled(con)
    _add_payout_entries(con)


def _create_cuts(con: duckdb.DuckDBPyConnection) -> None:
    days = " or ".join(
        f"t.account = '{t.account}' and "
        + (
            "isodow(day) <= 5"
            if t.payout_weekday is None
            else f"isodow(day) = {t.payout_weekday + 1}"
        )
        for t in TERMS
    )
    con.execute(
        f"""create table truth.psp_cuts as
        select t.account as psp, day + t.cut_hour * interval 1 hour as cut_at, cast(day as date) as cut_on,
            -- Two business days for the bank.
            day + case when isodow(day) >= 4 then 4 else 2 end * interval 1 day as arrives_at
        from truth.psp_accounts as t
        join (select unnest(generate_series(date_trunc('day', min(created_at)),
                psp_now(), interval 1 day)) as day from truth.psp_entries) as d
            on ({days})
        where strftime(day, '%m-%d') not in ('01-01', '05-01', '12-25', '12-26')
            and day + t.cut_hour * interval 1 hour <= psp_now()
        order by psp, cut_at"""
    )


def _place(con: duckdb.DuckDBPyConnection, table: str, condition: str) -> None:
    con.execute(
        f"""create table {table} as
        select e.entry_id, e.psp, c.cut_at, e.amount - e.fee - e.tax as net
        from (select *, greatest(created_at, available_at) as ready_at from truth.psp_entries) as e
        asof join truth.psp_cuts as c on c.psp = e.psp and e.ready_at <= c.cut_at
        where {condition}"""
    )


def _create_fates(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.psp_fates``: which cuts hide something, fail, or were made by hand."""
    con.execute(
        f"""create table truth.psp_fates as
        with planned as (
            select p."case", p.hidden, c.psp, l.cut_at
            from truth.psp_planned_payouts as p
            join truth.psp_charges as c on c.ono = p.ono and c.taken_at is not null
            join truth.psp_placed as l on l.entry_id = psp_id('txn_3', 'ch' || c.ono || '/' || c.tno)),
        named as (
            select psp, cut_at, min(hidden) as hidden, bool_or("case" = 'payout_failed') as fails,
                bool_or("case" = 'payout_manual') as is_manual
            from planned group by psp, cut_at),
        tenths as (
            select psp, min(cut_at) as cut_at from truth.psp_cuts where day(cut_on) >= 10
            group by psp, date_trunc('month', cut_on)),
        months as (select psp, date_trunc('month', cut_at) as month from named where fails)
        select c.psp, c.cut_at, c.cut_on, c.arrives_at,
            psp_draw(epoch(c.cut_at), length(c.psp), 'hidden', 100) < {HIDDEN_PERCENT} as may_hide,
            psp_draw(epoch(c.cut_at), length(c.psp), 'how much', 900) + 100 as hides, n.hidden,
            coalesce(n.fails, t.cut_at is not null and m.month is null
                and psp_draw(epoch(c.cut_at), length(c.psp), 'fails', 6) < {FAILING_SIXTHS}) as fails,
            coalesce(n.is_manual, c.psp = 'payments-kk' and day(c.cut_on) between 8 and 14
                and psp_draw(epoch(c.cut_at), length(c.psp), 'manual', 4) < {MANUAL_QUARTERS}) as is_manual
        from truth.psp_cuts as c
        left join named as n on n.psp = c.psp and n.cut_at = c.cut_at
        left join tenths as t on t.psp = c.psp and t.cut_at = c.cut_at
        left join months as m on m.psp = c.psp and m.month = date_trunc('month', c.cut_at)"""
    )


def _form(con: duckdb.DuckDBPyConnection, placed: str) -> None:
    con.execute(
        f"""create table truth.psp_payouts as
        with summed as (
            select psp, cut_at, cast(sum(net) as bigint) as net, count(*) as entries
            from {placed} group by psp, cut_at having sum(net) <> 0),
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
    con.execute(
        "drop table truth.psp_fates; drop table truth.psp_cuts"
    )
