"""Charges, payment intents and customers at the PSP, from the shops' transactions through it.

Everything here is a timeline: what happened when, null where it never does or has not yet. A charge is
(``ono``, ``tno``): the order and the transaction that began it.
"""

import duckdb

from sandbox.world.cases import CASES
from sandbox.world.people import person
from sandbox.world.psp_cases import CUSTOMERS, SHOUTED

FORGOTTEN_PERCENT = 2  # charges whose plugin forgot to say whose they are
CUSTOMER_PERCENT = 60  # registered buyers that the PSP keeps as customers
DEBIT_PERCENT = 10  # paid at once in Germany: by direct debit
DEBIT_DAYS = 5  # until the bank has answered


def create_charges(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.psp_charges``, ``truth.psp_customers`` and ``truth.psp_intents``."""
    _create_attempts(con)
    _create_customers(con)
    con.execute(
        """create table truth.psp_charges as
        select a.*, c.customer_id as customer
        from truth.psp_attempts as a
        left join truth.psp_customers as c on c.shop = a.shop and c.pid = a.pid and a.mode = 'customer'
        order by a.psp, a.created_at, a.ono, a.tno"""
    )
    con.execute("drop table truth.psp_attempts")
    con.execute(
        """create table truth.psp_intents as
        select psp, ono, pi_tno, psp_id('pi_3', 'pi' || ono || '/' || pi_tno) as intent_id,
            min(created_at) as created_at, max(canceled_at) as canceled_at
        from truth.psp_charges group by psp, ono, pi_tno order by psp, created_at, ono, pi_tno"""
    )


def _create_attempts(con: duckdb.DuckDBPyConnection) -> None:
    """One row per charge, with what was drawn for it; named orders are what their case says."""
    con.execute(
        """create temp table psp_taken as
        select t.ono, t.tno, t.kind, t.status, t.happened_at, t.parent, t.transaction_id,
            psp_coin(t.amount_p, o.currency_p) as amount
        from truth.transactions as t join truth.orders as o using (ono)
        where t.gateway = 'stripe' and not o.is_test and t.kind <> 'REFUND'"""
    )
    con.execute(
        f"""create table truth.psp_attempts as
        with planned as (
            select ono, bool_or("case" = 'charge_without_metadata') as is_forgotten,
                bool_or("case" = 'charge_metadata_on_intent_only') as is_half_forgotten,
                bool_or("case" like 'debit_payment%') as is_debit,
                bool_or("case" = 'debit_payment_failed') as is_bounced
            from truth.psp_planned_charges group by ono),
        begun as (
            select s.psp, s.domain, t.ono, t.tno, o.shop, o.pid, o.mode, o.order_id, o.number, o.country,
                o.currency_p, t.happened_at as created_at, t.amount, t.transaction_id,
                t.kind = 'AUTHORIZATION' as is_manual, t.status = 'FAILURE' as is_declined,
                case when o.pay = 'failed_retry' then 1 else t.tno end as pi_tno,
                c.happened_at as captured_at, c.amount as captured, v.happened_at as canceled_at,
                -- Nothing is planned to come back: the bank's no and the buyer's dispute may.
                o.ret = 'none' and o.cancel = 'none' and o.adjust = 'none' and o.edit = 'none' as is_quiet,
                o.ono >= {len(CASES)} as is_drawn, p.is_forgotten, p.is_half_forgotten, p.is_debit, p.is_bounced,
                t.kind = 'SALE' and o.pay = 'sale' and s.psp = 'payments-gmbh' and o.country in ('DE', 'AT')
                    as may_be_debit
            from psp_taken as t
            join truth.orders as o using (ono) join truth.psp_shops as s using (shop)
            left join psp_taken as c on c.ono = t.ono and c.parent = t.tno and c.kind = 'CAPTURE'
            left join psp_taken as v on v.ono = t.ono and v.parent = t.tno and v.kind = 'VOID'
            left join planned as p on p.ono = t.ono
            where t.kind in ('SALE', 'AUTHORIZATION') and t.amount > 0),
        drawn as (
            select *, psp_draw(ono, pi_tno, 'metadata', 200) as forgets,
                coalesce(is_debit, is_drawn and may_be_debit
                    and psp_draw(ono, tno, 'debit', 100) < {DEBIT_PERCENT}) as by_debit
            from begun)
        select psp, shop, domain, ono, tno, pi_tno, pid, mode, order_id, number, country, currency_p, amount,
            created_at, transaction_id, is_manual, is_declined, is_quiet, is_drawn, by_debit,
            psp_id(case when by_debit then 'py_3' else 'ch_3' end, 'ch' || ono || '/' || tno) as charge_id,
            case when is_manual then captured_at when not is_declined then created_at end as taken_at,
            case when is_manual then captured when not is_declined then amount end as taken,
            canceled_at,
            case when by_debit and not coalesce(is_bounced, is_quiet and is_drawn
                    and psp_draw(ono, tno, 'bounce', 50) = 0)
                then created_at + interval {DEBIT_DAYS} day end as cleared_at,
            case when by_debit and coalesce(is_bounced, is_quiet and is_drawn
                    and psp_draw(ono, tno, 'bounce', 50) = 0)
                then created_at + interval {DEBIT_DAYS} day end as bounced_at,
            not coalesce(is_forgotten or is_half_forgotten, is_drawn and forgets < 2 * {FORGOTTEN_PERCENT})
                as has_metadata,
            not coalesce(is_forgotten, is_drawn and forgets < {FORGOTTEN_PERCENT}) as intent_has_metadata,
            -- A traveller's card is from elsewhere.
            case when is_drawn and psp_draw(ono, tno, 'card', 50) = 0 then 'US' else country end as card_country,
            psp_draw(pid, shop, 'brand', 20) as brand
        from drawn"""
    )
    con.execute("drop table psp_taken")


def _create_customers(con: duckdb.DuckDBPyConnection) -> None:
    """One per shop and registered buyer, made at the buyer's first payment there.

    Half of them name the shop's customer at once, a few only after a while; the address is the buyer's
    own in this shop, sometimes in capitals.
    """
    links = " ".join(f"when {person(name)} then {link}" for _, name, _, link, _ in CUSTOMERS)
    shouting = tuple(person(name) for case, name, *_ in CUSTOMERS if case == SHOUTED)
    con.execute(
        f"""create table truth.psp_customers as
        with first_seen as (
            select psp, shop, any_value(domain) as domain, pid, min(created_at) as created_at,
                bool_or(not is_drawn) as is_named
            from truth.psp_attempts where mode = 'customer' group by psp, shop, pid),
        drawn as (
            select *, case pid {links} else psp_draw(pid, shop, 'link', 20) end as link,
                pid in ({", ".join(map(str, shouting))}) or psp_draw(pid, shop, 'spelling', 5) = 0 as is_shouted
            from first_seen
            where is_named or psp_draw(pid, shop, 'customer', 100) < {CUSTOMER_PERCENT})
        select d.psp, d.shop, d.domain, d.pid, psp_id('cus_', 'cus' || d.pid || '/' || d.shop) as customer_id,
            d.created_at, cast(i.customer_id as varchar) as shop_customer_id,
            case when link < 10 then d.created_at when link < 12 then d.created_at + interval 20 day end
                as linked_at,
            case when d.is_shouted then upper(w.email) else w.email end as email,
            w.phone
        from drawn as d
        join truth.contacts as w on w.pid = d.pid and w.shop = d.shop
        join truth.customer_ids as i on i.pid = d.pid and i.shop = d.shop
        order by d.psp, d.created_at, d.pid, d.shop"""
    )
