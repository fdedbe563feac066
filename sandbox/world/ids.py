"""Vendor ids of everything, numbered per shop: stable, unique in a shop, repeated across shops.

Agreement 0's id hangs on nothing the buyer does later, so a longer world keeps its older ids.
"""

import duckdb

# Each kind of object has a range of its own above the shop's first id.
RANGES = {
    "subject": 3_000_000_000,
    "sale": 20_000_000_000,
    "tax": 60_000_000_000,
    "agreement": 120_000_000_000,
    "transaction": 160_000_000_000,
    "fulfilment": 200_000_000_000,
    "customer": 230_000_000_000,
    "return": 250_000_000_000,
    "return_line": 270_000_000_000,
}


def create_ids(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.subject_ids``, ``sale_ids``, ``agreement_ids`` and ``customer_ids``."""
    con.execute(
        f"""create table truth.subject_ids as
        with subjects as (select distinct ono, kind, lno from truth.moves where kind <> 'adjustment')
        select s.ono, s.kind, s.lno,
            o.first_id + {RANGES["subject"]} + o.id_step * row_number() over (
                partition by o.shop order by o.number, s.kind, s.lno) as subject_id
        from subjects as s join truth.orders as o using (ono)"""
    )
    con.execute(
        f"""create table truth.sale_ids as
        select m.move, o.first_id + {RANGES["sale"]} + o.id_step * row_number() over (
                partition by o.shop order by o.number, m.move) as sale_id,
            o.first_id + {RANGES["tax"]} + 2 * o.id_step * row_number() over (
                partition by o.shop order by o.number, m.move) as tax_id
        from truth.moves as m join truth.orders as o using (ono)"""
    )
    con.execute(
        f"""create table truth.agreement_ids as
        select a.ono, a.ano, o.first_id + {RANGES["agreement"]} + o.id_step * row_number() over (
                partition by o.shop order by o.number, a.happened_at, a.ano) as agreement_id
        from truth.agreements as a join truth.orders as o using (ono)"""
    )
    con.execute(
        f"""create table truth.customer_ids as
        with known as (
            select shop, pid, min(created_at) as since, max(created_at) as last_at, count(*) as orders
            from truth.orders where mode = 'customer' group by shop, pid
            union all
            -- Signed up and never bought: newsletter readers, and the kiosk's own address book.
            select home, pid, born, born, 0 from truth.persons as p
            where (is_silent or kind = 'kiosk') and not exists (
                select 1 from truth.orders as o
                where o.shop = p.home and o.pid = p.pid and o.mode = 'customer'))
        select k.shop, k.pid, k.since, k.last_at, k.orders,
            s.first_id + {RANGES["customer"]} + s.id_step * row_number() over (
                partition by k.shop order by k.since, k.pid) as customer_id
        from known as k join truth.shops as s using (shop)"""
    )
