"""Payments through PayPal, from the shops' transactions: what the buyer was charged, and how each order plays its part.

A payment is (``ono``, ``tno``): the order and the shop's transaction that took the money; one that PayPal took twice
has ``tno`` above ``AGAIN`` the second time. Amounts are minor units of the currency that PayPal charged.
"""

import duckdb

from sandbox.world.columns import store_rows
from sandbox.world.paypal_accounts import SHOPS, UNKNOWN_CURRENCIES

AGAIN = 100_000
UNNAMED_PERCENT, HALF_NAMED_PERCENT = 3, 7  # payments that name nothing, or the order's name only
# Which place among the undisturbed PayPal orders plays which part.
ROLES = [
    (1, "currency_mismatch"),
    (2, "amount_difference"),
    (3, "twice"),
    (4, "missing_in_psp"),
    (5, "dispute_lost"),
    (6, "chargeback_won"),
    (7, "two_disputes"),
    (8, "reserve"),
]


def create_payments(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.paypal_roles`` and ``truth.paypal_payments``: authorisations too, which move no money."""
    store_rows(con, "truth.paypal_planned", ["nth", "role"], ROLES)
    con.execute(
        """create table truth.paypal_roles as
        with known as (
            select distinct t.ono
            from truth.transactions as t join truth.orders as o using (ono)
            where t.gateway = 'paypal' and not o.is_test and o.ret = 'none' and o.cancel = 'none'
                and o.adjust = 'none' and o.edit = 'none' and o.pay in ('sale', 'auth_capture'))
        select k.ono, p.role
        from (select ono, row_number() over (order by ono) as nth from known) as k
        join truth.paypal_planned as p using (nth)"""
    )
    con.execute(
        f"""create table truth.paypal_payments as
        with taken as (
            select t.ono, t.tno, t.kind, t.parent, t.happened_at as created_at, t.transaction_id, o.number, o.country,
                o.pid, o.mode, o.shop, o.account || '.myshopify.com' as domain, coalesce(r.role, 'none') as role, r.role is null as is_drawn,
                case when o.currency_p in {(*UNKNOWN_CURRENCIES, "")} then o.currency else o.currency_p end as shown,
                case when o.currency_p in {(*UNKNOWN_CURRENCIES, "")} then t.amount else t.amount_p end as amount
            from truth.transactions as t
            join truth.orders as o using (ono)
            left join truth.paypal_roles as r on r.ono = t.ono
            where t.gateway = 'paypal' and t.status = 'SUCCESS' and not o.is_test and o.shop in {SHOPS}
                and t.kind in ('SALE', 'AUTHORIZATION', 'CAPTURE') and coalesce(r.role, '') <> 'missing_in_psp'),
        charged as (
            select *, tno as shop_tno,
                case when role = 'currency_mismatch' then case shown when 'EUR' then 'USD' else 'EUR' end else shown end
                    as currency,
                case when role in ('currency_mismatch', 'amount_difference') and kind <> 'AUTHORIZATION' then role end as fault
            from taken
            union all
            select * replace (tno + {AGAIN} as tno, created_at + interval 40 second as created_at), null, shown,
                'duplicate_capture'
            from taken where role = 'twice' and kind <> 'AUTHORIZATION')
        select ono, tno, shop_tno, kind, parent, created_at, country, pid, mode, shop, role, fault, currency,
            amount - case when fault = 'amount_difference' then 1 else 0 end as amount,
            paypal_id('pp' || ono || '/' || tno) as payment_id,
            case when is_drawn and psp_draw(ono, 0, 'paypal names', 100) < {HALF_NAMED_PERCENT} then null
                else 'c' || transaction_id || '.1' || case when tno > {AGAIN} then '-2' else '' end end as invoice_id,
            case when is_drawn and psp_draw(ono, 0, 'paypal names', 100) < {UNNAMED_PERCENT} then null
                else domain || ' #' || (1000 + number) end as custom_field
        from charged where created_at <= psp_now() and amount > 0"""
    )
