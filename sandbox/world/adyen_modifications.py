"""What comes back at Adyen: refunds that the shops and the payment team asked for, and chargebacks.

A refund that Adyen or the card's bank turns down is told by a notification with ``success`` "false" and is booked
nowhere (``is_refused``); one that bounces later is booked and reversed (``reversed_at``). A chargeback can be
reversed, and then be raised once more.
"""

import duckdb

REFUSED_HOURS = 20  # until the answer to a refund comes, good or bad
REVERSED_DAYS = 9
BY_HAND_DAYS = 6  # until the payment team gives a second capture back


def create_modifications(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.adyen_refunds`` and ``truth.adyen_disputes``, as timelines up to the clock."""
    con.execute(
        f"""create table truth.adyen_refunds as
        with asked as (
            select p.account, p.ono, p.tno, r.tno as rno, r.tno as shop_tno, r.amount, r.happened_at as asked_at,
                psp_draw(p.ono, r.tno, 'adyen refund', 100) as fate, p.role
            from truth.transactions as r
            left join truth.transactions as c on c.ono = r.ono and c.tno = r.parent
            join truth.adyen_payments as p on p.ono = r.ono
                and p.tno = case when c.kind = 'CAPTURE' then c.parent else c.tno end
            where r.kind = 'REFUND' and r.status = 'SUCCESS' and r.amount > 0
                and r.gateway in (select gateway from truth.adyen_merchants)
            union all
            select account, ono, tno, 1, null, amount, captured_at + interval {BY_HAND_DAYS} day,
                case role when 'refund_failed' then 0 else 3 end, role
            from truth.adyen_captures where role in ('refund_failed', 'refund_reversed'))
        select * exclude (fate), fate < 3 as is_refused,
            asked_at + interval {REFUSED_HOURS} hour as answered_at,
            case when fate between 3 and 5 then asked_at + interval {REVERSED_DAYS} day end as reversed_at,
            adyen_reference('ar' || ono || '/' || tno || '/' || rno) as reference,
            adyen_reference('av' || ono || '/' || tno || '/' || rno) as reversal_reference
        from asked where asked_at <= psp_now()"""
    )
    _create_disputes(con)


def _create_disputes(con: duckdb.DuckDBPyConnection) -> None:
    """Days are counted from the capture; a null day is one that never comes."""
    con.execute(
        """create table truth.adyen_disputes as
        with planned(role, dno, percent, opened, won, again, reason) as (values
            ('two_disputes', 1, 60, 12, 30, null, '13.1 Merchandise/Services Not Received'),
            ('two_disputes', 2, 40, 34, null, null, '10.4 Other Fraud - Card Absent Environment'),
            ('dispute_lost', 1, 100, 16, null, null, '13.3 Not as Described'),
            ('dispute_won', 1, 100, 9, 22, null, '13.6 Credit Not Processed'),
            ('dispute_second', 1, 100, 14, 12, 24, '10.4 Other Fraud - Card Absent Environment')),
        captured as (
            select account, ono, tno, any_value(role) as role, sum(amount) as amount, min(captured_at) as captured_at,
                any_value(fault) as fault
            from truth.adyen_captures group by account, ono, tno),
        named as (
            select c.*, p.dno, div_round(c.amount * p.percent, 100) as disputed, p.opened, p.won, p.again, p.reason
            from captured as c join planned as p using (role)
            union all
            select c.*, 1, c.amount, 10 + psp_draw(ono, tno, 'adyen opened', 30),
                case when psp_draw(ono, tno, 'adyen won', 100) < 40 then 18 end, null, '13.1 Merchandise/Services Not Received'
            from captured as c join truth.adyen_merchants as m using (account)
            join truth.orders as o using (ono)
            where c.role = 'none' and c.fault is null and m.gateway = 'klarna' and o.ret = 'none' and o.cancel = 'none'
                and o.adjust = 'none' and o.edit = 'none' and psp_draw(ono, tno, 'adyen dispute', 1000) < 12)
        select account, ono, tno, dno, disputed as amount, reason,
            captured_at + opened * interval 1 day + interval 5 hour as opened_at,
            captured_at + (opened + won) * interval 1 day + interval 5 hour as won_at,
            captured_at + (opened + again) * interval 1 day + interval 5 hour as again_at,
            captured_at + (opened + 14) * interval 1 day as due_at,
            adyen_reference('ad' || ono || '/' || tno || '/' || dno) as reference
        from named
        where captured_at + opened * interval 1 day + interval 5 hour <= psp_now() and disputed > 0"""
    )
