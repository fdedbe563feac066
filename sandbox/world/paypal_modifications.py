"""What comes back at PayPal: refunds that the shops asked for, and disputes of the buyers and their banks."""

import duckdb

from sandbox.world.paypal_accounts import UNKNOWN_CURRENCIES

DENIED_PERCENT = 3


def create_modifications(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.paypal_refunds`` and ``truth.paypal_disputes``, as timelines up to the clock."""
    con.execute(
        f"""create table truth.paypal_refunds as
        select p.ono, p.tno, r.tno as shop_tno, p.payment_id, p.invoice_id, p.custom_field, p.pid, p.currency,
            case when o.currency_p in {(*UNKNOWN_CURRENCIES, "")} then r.amount else r.amount_p end as amount,
            r.happened_at as asked_at, paypal_id('re' || r.ono || '/' || r.tno) as refund_id,
            psp_draw(r.ono, r.tno, 'paypal denied', 100) < {DENIED_PERCENT} as is_denied
        from truth.transactions as r
        join truth.orders as o using (ono)
        join truth.paypal_payments as p on p.ono = r.ono and p.tno = r.parent
        where r.kind = 'REFUND' and r.status = 'SUCCESS' and r.gateway = 'paypal' and r.happened_at <= psp_now()"""
    )
    con.execute(
        """create table truth.paypal_disputes as
        with planned(role, dno, percent, opened, answered, closed, outcome, is_chargeback, reason) as (values
            ('dispute_lost', 1, 100, 14, 4, 26, 'lost', false, 'MERCHANDISE_OR_SERVICE_NOT_RECEIVED'),
            ('chargeback_won', 1, 100, 18, 5, 40, 'won', true, 'UNAUTHORISED'),
            ('two_disputes', 1, 50, 10, 3, 20, 'won', false, 'MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED'),
            ('two_disputes', 2, 50, 35, 3, 25, 'lost', true, 'UNAUTHORISED')),
        named as (
            select p.*, n.dno, div_round(p.amount * n.percent, 100) as disputed, n.opened, n.answered, n.closed, n.outcome,
                n.is_chargeback, n.reason
            from truth.paypal_payments as p join planned as n using (role)
            where p.kind <> 'AUTHORIZATION'
            union all
            select p.*, 1, p.amount, 8 + psp_draw(p.ono, p.tno, 'paypal opened', 30), 4,
                20 + psp_draw(p.ono, p.tno, 'paypal closed', 30),
                case when psp_draw(p.ono, p.tno, 'paypal won', 100) < 45 then 'won' else 'lost' end,
                psp_draw(p.ono, p.tno, 'paypal bank', 100) < 35, 'MERCHANDISE_OR_SERVICE_NOT_RECEIVED'
            from truth.paypal_payments as p join truth.orders as o using (ono)
            where p.kind <> 'AUTHORIZATION' and p.role = 'none' and o.ret = 'none' and o.cancel = 'none'
                and o.adjust = 'none' and o.edit = 'none' and psp_draw(p.ono, p.tno, 'paypal dispute', 1000) < 12)
        select ono, tno, dno, payment_id, invoice_id, custom_field, pid, currency, disputed as amount, reason, outcome,
            is_chargeback, created_at as taken_at,
            created_at + opened * interval 1 day as opened_at,
            created_at + (opened + answered) * interval 1 day as answered_at,
            created_at + (opened + closed) * interval 1 day as closed_at,
            created_at + (opened + 10) * interval 1 day as due_at,
            'PP-D-' || (10000 + hash('pd' || ono || '/' || tno || '/' || dno) % 89999) || '-' || ono || dno as dispute_id
        from named where created_at + opened * interval 1 day <= psp_now() and disputed > 0"""
    )
