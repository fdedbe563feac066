"""When an account pays out, and what becomes of each payout: decided by the day, not by the money.

A payout fails at most once a month, so what a failed one brings back is in one that doesn't.
"""

import duckdb

from sandbox.world.psp_accounts import TERMS

HIDDEN_PERCENT = 3  # payouts whose amount differs from their entries by something no list shows
FAILS_IN_MONTHS = 6  # one month of so many
MANUAL_IN_MONTHS = 4  # Japan's second payout of a month is made by hand in one month of so many


def create_cuts(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.psp_cuts``: every payout day that has come, and when its money arrives."""
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


def create_fates(con: duckdb.DuckDBPyConnection) -> None:
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
                and psp_draw(epoch(c.cut_at), length(c.psp), 'fails', {FAILS_IN_MONTHS}) = 0) as fails,
            coalesce(n.is_manual, c.psp = 'payments-kk' and day(c.cut_on) between 8 and 14
                and psp_draw(epoch(c.cut_at), length(c.psp), 'manual', {MANUAL_IN_MONTHS}) = 0) as is_manual
        from truth.psp_cuts as c
        left join named as n on n.psp = c.psp and n.cut_at = c.cut_at
        left join tenths as t on t.psp = c.psp and t.cut_at = c.cut_at
        left join months as m on m.psp = c.psp and m.month = date_trunc('month', c.cut_at)"""
    )
