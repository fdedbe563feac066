"""Which object plays which named case of a generated world, for the answer key."""

import duckdb

from sandbox.world.cases import CASES
from sandbox.world.columns import store_rows


def create_special_cases(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.special_cases``: one row per case and object that plays it."""
    rows = [(n, ono, case.note) for ono, case in enumerate(CASES) for n in case.names.split()]
    store_rows(con, "truth.case_names", ["case", "ono", "note"], rows)
    con.execute(
        """create or replace table truth.special_cases as
        select c."case", o.account, 'Order' as object_type, cast(o.order_id as varchar) as object_id, c.note
        from truth.case_names as c join truth.orders as o using (ono)
        union all
        select 'address_on_many_records', account, 'Customer', source_id, note
        from truth.person_records where note = 'one address on many records'
        union all
        select 'customer_without_orders', s.account, 'Customer', cast(c.customer_id as varchar), ''
        from truth.customer_ids as c join truth.shops as s using (shop) where c.orders = 0
        union all
        select 'same_id_in_two_shops', o.account, 'Order', cast(o.order_id as varchar), ''
        from truth.orders as o
        where (select count(*) from truth.orders as p where p.order_id = o.order_id) > 1 and o.number <= 10
        union all
        select 'id_above_2_53', o.account, 'Order', cast(o.order_id as varchar), 'odd, so no double holds it'
        from truth.orders as o where o.order_id > 9007199254740992 and o.number <= 10"""
    )
    _add_late_correction(con)
    con.execute("drop table truth.case_names")


def _add_late_correction(con: duckdb.DuckDBPyConnection) -> None:
    """Treasury's correction after the base clock: the rate itself, and the sales that it restates."""
    con.execute(
        """insert into truth.special_cases
        with late as (
            select t.rate_date, from_currency, concat_ws(' ', t.rate_date, from_currency, to_currency, kind, version)
                as rate, 'version ' || version || ' of a rate, updated at ' || updated_at as note
            from rates.treasury as t
            where version <> '1' and t.kind = 'transaction' and cast(updated_at as timestamp) > cast(rate_date as timestamp) + interval 7 day)
        select 'treasury_late_correction', 'treasury', 'Rate', rate, note from late
        union all
        select 'treasury_late_correction', o.account, 'Order', cast(o.order_id as varchar), late.note
        from truth.orders as o
        join late on late.from_currency = o.currency
            and late.rate_date = cast(cast(timezone(o.zone, timezone('UTC', o.placed_at)) as date) as varchar)
        where not o.is_test"""
    )
