"""Payouts of Shopify Payments: what was ready by each cut, in Europe every workday, overseas every Monday.

Now and then the bank sends one back, and of some a part is kept for something no list shows.
"""

import duckdb

from sandbox.world.ids import RANGES

CUT_HOUR = 2  # UTC
PAID_HOURS = 20  # after the cut
REFUSED_DAYS = 3
FAILS_IN_MONTHS = 4  # the payout at the tenth of one month of so many
HIDDEN_IN = 25  # one payout of so many hides something; the second that can always does
LEAST_TO_HIDE = 2_000  # minor units
EPOCH = "timestamp '2020-01-01'"


def create_shop_payouts(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.sp_payouts``, the entries that they are themselves, and ``truth.sp_listed``: entry to payout.

    What the bank sends back is part of the next payout. One a month at most fails, so that the one that
    takes it up does not.
    """
    con.execute("create macro sp_now() as (select max(clock) from truth.orders)")
    _form(con)
    con.execute(
        """insert into truth.sp_entries
        select shop, null, back_id, 'payout_failure', 'TRANSFER_FAILURE', 'TRANSFER', payout_id, null, amount, 0,
            refused_at, refused_at
        from truth.sp_payouts where refused_at <= sp_now();
        drop table truth.sp_payouts;
        drop table truth.sp_listed"""
    )
    _form(con)
    con.execute(
        """insert into truth.sp_entries
        select shop, null, out_id, 'payout', 'TRANSFER', 'TRANSFER', payout_id, null, -amount, 0, cut_at, cut_at
        from truth.sp_payouts;
        insert into truth.sp_listed select shop, out_id, payout_id from truth.sp_payouts"""
    )


def _form(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""create table truth.sp_payouts as
        with timed as (
            select e.shop, e.entry_id, e.amount - e.fee as net, t.payout_weekday,
                date_trunc('day', e.ready_at - interval {CUT_HOUR} hour - interval 1 second) + interval 1 day as day
            from truth.sp_entries as e join truth.sp_terms as t using (shop)),
        placed as (
            select shop, entry_id, net, day + interval {CUT_HOUR} hour
                + case when payout_weekday is not null then (payout_weekday + 8 - isodow(day)) % 7
                    when isodow(day) = 6 then 2 when isodow(day) = 7 then 1 else 0 end * interval 1 day as cut_at
            from timed),
        summed as (
            select shop, cut_at, cast(sum(net) as bigint) as net, list(entry_id) as entries
            from placed where cut_at <= sp_now() group by shop, cut_at having sum(net) <> 0),
        fated as (
            select *, net > 0 and chance(year(cut_at) * 12 + month(cut_at), 'payout fails', {FAILS_IN_MONTHS}) = 0
                    and cut_at = min(cut_at) filter (day(cut_at) >= 10)
                        over (partition by shop, date_trunc('month', cut_at)) as fails,
                datediff('day', {EPOCH}, cut_at) as day
            from summed),
        ranked as (
            select *, not fails and net >= {LEAST_TO_HIDE} as may_hide,
                row_number() over (partition by shop, not fails and net >= {LEAST_TO_HIDE} order by cut_at) as nth
            from fated)
        select r.shop, s.account, s.currency, r.cut_at, r.net, r.entries,
            s.first_id + {RANGES["payout"]} + s.id_step * r.day as payout_id,
            s.first_id + {RANGES["transfer"]} + s.id_step * r.day * 2 as out_id,
            s.first_id + {RANGES["transfer"]} + s.id_step * (r.day * 2 + 1) as back_id,
            r.net + case when may_hide and (nth = 2 or chance(r.day, 'payout hides', {HIDDEN_IN}) = 0)
                then -(100 + chance(r.day, 'how much', 900)) else 0 end as amount,
            case when fails then r.cut_at + interval {REFUSED_DAYS} day end as refused_at,
            case when fails and r.cut_at + interval {REFUSED_DAYS} day <= sp_now() then 'FAILED'
                when r.cut_at + interval {PAID_HOURS} hour <= sp_now() then 'PAID' else 'SCHEDULED' end as status
        from ranked as r join truth.shops as s using (shop) order by r.shop, r.cut_at"""
    )
    con.execute(
        """create table truth.sp_listed as
        select shop, unnest(entries) as entry_id, payout_id from truth.sp_payouts"""
    )
