"""Payments and captures at Adyen: the shops' own, those that a second gateway took as well, and two nobody ordered.

A payment is (``ono``, ``tno``): the order and the shop's transaction that began it. What another gateway
took already has ``tno`` above ``AGAIN``; what no shop knows of has an ``ono`` below 0.
"""

import duckdb

from sandbox.world.adyen_accounts import GMBH, KK
from sandbox.world.adyen_roles import create_roles
from sandbox.world.columns import store_rows

AGAIN = 100_000
SPLIT_PERCENT = 60  # of a payment that is captured in two parts, the first one's share
SPLIT_HOURS = 30  # until the second part
UNNAMED_PERCENT, RENAMED_PERCENT = (
    3,
    6,
)  # payments whose reference is another word, or the order's name
# Paid by a link that somebody in the shop sent by hand: (number, account, when, minor units, reference, role).
LINKS = [
    (-1, GMBH.account, "2026-03-24 10:12:00", 7_900, "PBL-2031", "none"),
    (-2, KK.account, "2026-05-12 02:40:00", 6_400, "PBL-77", "none"),
    (-3, GMBH.account, "2026-09-22 15:31:00", 12_450, "PBL-2094", "none"),
    (-4, GMBH.account, "2026-06-16 11:05:00", 3_300, "PBL-2066", "missing_in_payout"),
]


def create_payments(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.adyen_payments`` and ``truth.adyen_captures``, as timelines up to the clock."""
    create_roles(con)
    store_rows(
        con,
        "truth.adyen_links",
        ["ono", "account", "created_at", "amount", "reference", "role"],
        LINKS,
    )
    con.execute(
        f"""create table truth.adyen_payments as
        with begun as (
            select m.account, t.ono, t.tno, t.amount, o.currency, t.happened_at as created_at,
                t.status = 'FAILURE' as is_refused, v.happened_at as canceled_at, m.method, m.variant,
                false as is_card, 'c' || t.transaction_id || '.1' as payment_id, '#' || (1000 + o.number) as order_name,
                coalesce(r.role, 'none') as role, cast(null as varchar) as fault,
                r.role is null as is_drawn
            from truth.transactions as t
            join truth.orders as o using (ono)
            join truth.adyen_merchants as m on m.gateway = t.gateway
            left join truth.transactions as v on v.ono = t.ono and v.parent = t.tno and v.kind = 'VOID'
            left join truth.adyen_roles as r on r.ono = t.ono
            where not o.is_test and t.kind in ('SALE', 'AUTHORIZATION') and t.amount > 0
                and coalesce(r.role, '') <> 'missing_in_psp'
            union all
            select '{GMBH.account}', a.ono, {AGAIN} + t.tno, t.amount, o.currency, t.happened_at + interval 90 second,
                false, null, 'mc', 'mcstandarddebit', true, 'c' || t.transaction_id || '.1',
                '#' || (1000 + o.number), a.role, 'duplicate_capture', false
            from truth.adyen_again as a
            join truth.transactions as t using (ono) join truth.orders as o using (ono)
            where t.gateway = 'stripe' and t.status = 'SUCCESS' and t.kind in ('SALE', 'CAPTURE') and t.amount > 0
            qualify row_number() over (partition by a.ono order by t.tno) = 1
            union all
            select l.account, l.ono, 1, l.amount, m.currency, cast(l.created_at as timestamp), false, null, 'visa',
                'visaclassic', true, l.reference, l.reference, l.role, 'missing_in_shop', false
            from truth.adyen_links as l join truth.adyen_merchants as m using (account)
            where cast(l.created_at as timestamp) <= psp_now())
        select * exclude (payment_id, order_name, is_drawn)
                replace (amount + case role when 'amount_difference' then 1
                    when 'amount_difference_big' then -div_round(amount, 4) else 0 end as amount,
                case when role like 'amount_difference%' then 'amount_difference' else fault end as fault),
            adyen_reference('ay' || ono || '/' || tno) as reference,
            case when not is_drawn then payment_id
                when psp_draw(ono, tno, 'adyen reference', 100) < {UNNAMED_PERCENT}
                    then 'web-' || substr(md5('word' || ono || '/' || tno), 1, 8)
                when psp_draw(ono, tno, 'adyen reference', 100) < {RENAMED_PERCENT} then order_name
                else payment_id end as merchant_reference
        from begun where created_at <= psp_now()"""
    )
    _create_captures(con)


def _create_captures(con: duckdb.DuckDBPyConnection) -> None:
    """One row per capture; ``shop_tno`` is the shop's transaction that says the money was taken."""
    con.execute(
        f"""create table truth.adyen_captures as
        with taken as (
            select p.account, p.ono, p.tno, p.is_card, p.role, p.fault, p.created_at as captured_at, p.amount,
                case when p.tno < {AGAIN} and p.ono >= 0 then p.tno end as shop_tno
            from truth.adyen_payments as p
            left join truth.transactions as t on t.ono = p.ono and t.tno = p.tno
            where coalesce(t.kind, 'SALE') = 'SALE' and not p.is_refused
            union all
            select p.account, p.ono, p.tno, p.is_card, p.role, p.fault, c.happened_at,
                case when p.role like 'amount_difference%' then p.amount else c.amount end, c.tno
            from truth.adyen_payments as p
            join truth.transactions as t on t.ono = p.ono and t.tno = p.tno and t.kind = 'AUTHORIZATION'
            join truth.transactions as c on c.ono = p.ono and c.parent = p.tno and c.kind = 'CAPTURE'),
        changed as (
            select *, role = 'multi_capture' or shop_tno is not null and not is_card and role = 'none'
                    and account = '{GMBH.account}' and psp_draw(ono, tno, 'adyen parts', 100) < 12 as is_split
            from taken),
        parts as (
            select *, 1 as cno, case when is_split then div_round(amount * {SPLIT_PERCENT}, 100) else amount end as part,
                captured_at as part_at
            from changed
            union all
            select *, 2, amount - div_round(amount * {SPLIT_PERCENT}, 100),
                captured_at + interval {SPLIT_HOURS} hour
            from changed where is_split)
        select account, ono, tno, cno, shop_tno, is_card, role, fault, part as amount, part_at as captured_at,
            adyen_reference('ac' || ono || '/' || tno || '/' || cno) as reference
        from parts where part_at <= psp_now() and part > 0"""
    )
