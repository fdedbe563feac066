"""Refunds at the PSP: the shops' own, what a partial capture or a cancellation releases, and failures."""

import duckdb

from sandbox.world.cases import CASES

FAILURE_PER_MILLE = 4
FAILS_AFTER_DAYS = 5
# Numbers of the refunds that the PSP makes by itself, beside those of the shops' transactions.
RELEASED, CANCELED = 1000, 2000


def create_refunds(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.psp_refunds``: one row per refund of a charge (``ono``, ``tno``), numbered ``rno``.

    Dinars go back in tens like they came: each refund is what rounding the sum so far adds.
    """
    con.execute(
        f"""create table truth.psp_refunds as
        with returned as (
            select r.ono, case when p.kind = 'CAPTURE' then p.parent else p.tno end as tno, r.tno as rno,
                r.happened_at as created_at, o.currency_p,
                sum(r.amount_p) over (partition by r.ono, p.tno order by r.happened_at, r.tno) as so_far,
                r.amount_p
            from truth.transactions as r
            join truth.transactions as p on p.ono = r.ono and p.tno = r.parent
            join truth.orders as o on o.ono = r.ono
            where r.kind = 'REFUND' and r.gateway = 'stripe' and not o.is_test),
        all_refunds as (
            select ono, tno, rno, created_at, 'returned' as origin,
                cast(psp_coin(so_far, currency_p) - psp_coin(so_far - amount_p, currency_p) as bigint) as amount
            from returned
            union all
            select ono, tno, {RELEASED} + tno, taken_at, 'released', amount - taken
            from truth.psp_charges where is_manual and taken < amount
            union all
            select ono, tno, {CANCELED} + tno, canceled_at, 'canceled', amount
            from truth.psp_charges where canceled_at is not null),
        failing as (
            select a.*, c.psp, c.by_debit, c.pi_tno, c.currency_p,
                a.origin = 'returned' and coalesce(n.ono is not null, false)
                    or a.origin = 'returned' and a.ono >= {len(CASES)}
                    and psp_draw(a.ono, a.rno, 'failure', 1000) < {FAILURE_PER_MILLE} as fails
            from all_refunds as a
            join truth.psp_charges as c using (ono, tno)
            left join truth.psp_planned_charges as n on n.ono = a.ono and n."case" = 'refund_failure'
            where a.amount > 0)
        select psp, ono, tno, pi_tno, rno, origin, created_at, amount, currency_p, by_debit,
            psp_id(case when by_debit then 'pyr_1' else 're_3' end, 're' || ono || '/' || rno) as refund_id,
            case when fails then created_at + interval {FAILS_AFTER_DAYS} day end as planned_failure_at,
            case when fails and created_at + interval {FAILS_AFTER_DAYS} day <= psp_now()
                then created_at + interval {FAILS_AFTER_DAYS} day end as failed_at
        from failing order by psp, created_at, ono, rno"""
    )
