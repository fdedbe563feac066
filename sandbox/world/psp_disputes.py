"""Disputes: drawn for a few charges of which nothing is planned to come back, and planned by name.

An inquiry moves no money. A chargeback takes the disputed amount and a fee at once; a won one gives the
amount back, and at the Japanese account the fee too.
"""

import duckdb

PER_MILLE = 6
SECOND_PERCENT = 6


def create_disputes(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.psp_disputes``: one row per dispute (``ono``, ``tno``, ``dno``) opened by the clock."""
    con.execute(
        f"""create table truth.psp_disputes as
        with drawn as (
            select ono, tno, dno, psp_draw(ono, tno + 100 * dno, 'opened', 35) + 5 as opened,
                psp_draw(ono, tno + 100 * dno, 'fate', 100) as fate,
                psp_draw(ono, tno + 100 * dno, 'closed', 40) + 25 as closed, second
            from (select *, psp_draw(ono, tno, 'second dispute', 100) < {SECOND_PERCENT} as second
                from truth.psp_charges
                where is_drawn and is_quiet and taken_at is not null and not by_debit
                    and psp_draw(ono, tno, 'dispute', 1000) < {PER_MILLE})
            join (values (1), (2)) as n(dno) on dno = 1 or second),
        planned as (
            select ono, tno, dno, case when second then 50 else 100 end as percent,
                opened + case when dno = 2 then 70 else 0 end as opened,
                case when fate >= 15 then 6 end as answered,
                case when fate < 15 then 16 else closed end as closed,
                case when fate < 15 then 'lost' when fate < 50 then 'won' when fate < 80 then 'lost'
                    else 'warning_closed' end as outcome,
                (['fraudulent', 'product_not_received', 'product_unacceptable', 'unrecognized',
                    'credit_not_processed', 'duplicate', 'general', 'subscription_canceled'])[1 + fate % 8]
                    as reason, null as "case"
            from drawn
            union all
            select p.ono, c.tno, p.number, p.percent, p.opened, p.answered, p.closed, p.outcome, p.reason,
                p."case"
            from truth.psp_planned_disputes as p
            -- An order with a failed and a good charge: the good one.
            join truth.psp_charges as c on c.ono = p.ono and c.taken_at is not null),
        timed as (
            select c.psp, c.ono, c.tno, c.pi_tno, p.dno, c.charge_id, c.currency_p, c.order_id, c.shop, p."case",
                c.taken_at + p.opened * interval 1 day + interval 3 hour as opened_at,
                c.taken_at + (p.opened + p.answered) * interval 1 day + interval 3 hour as answered_at,
                c.taken_at + (p.opened + p.closed) * interval 1 day + interval 3 hour as closed_at,
                p.outcome, p.reason, p.outcome = 'warning_closed' as is_inquiry,
                -- Days to answer: a chargeback's two weeks, an inquiry's three.
                cast(date_trunc('day', c.taken_at + (p.opened + case p.outcome when 'warning_closed' then 21
                    else 14 end) * interval 1 day) as timestamp) + interval 86399 second as due_at,
                case when p.dno = 1 then psp_coin(div_round(c.taken * p.percent, 100), c.currency_p)
                    else c.taken - psp_coin(div_round(c.taken * (100 - p.percent), 100), c.currency_p) end as amount,
                psp_id('du_1', 'du' || c.ono || '/' || c.tno || '/' || p.dno) as dispute_id
            from planned as p join truth.psp_charges as c using (ono, tno))
        select * from timed
        where opened_at <= psp_now() and amount > 0
        order by psp, opened_at, ono, tno, dno"""
    )
