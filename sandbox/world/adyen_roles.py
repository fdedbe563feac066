"""Which orders play which part at Adyen: by their place among the orders of a gateway, so every world has some.

A place counts orders to which nothing else happens, in the order they were drawn in: later days only add places.
"""

import duckdb

from sandbox.world import shops
from sandbox.world.adyen_accounts import MIGRATION_FROM
from sandbox.world.columns import store_rows
from sandbox.world.psp_cases import order_of

AGAIN_PER_MILLE = 25  # German card orders since the migration began
# (gateway, place, role).
ROLES = [
    ("klarna", 1, "multi_capture"),
    ("klarna", 2, "two_disputes"),
    ("klarna", 3, "missing_in_psp"),
    ("klarna", 4, "amount_difference"),
    ("klarna", 5, "dispute_lost"),
    ("klarna", 6, "missing_in_payout"),
    ("klarna", 7, "dispute_won"),
    ("klarna", 8, "dispute_second"),
    ("konbini", 1, "missing_in_psp"),
    ("konbini", 2, "amount_difference_big"),
    ("konbini", 3, "missing_in_payout"),
]
# Named orders that two gateways took: (order case, which, what became of the second capture).
AGAIN = [
    ("split_shipment", 0, "kept"),
    ("guest_with_email", 1, "refund_failed"),
    ("couple_with_one_phone", 0, "refund_reversed"),
    ("guest_without_email", 0, "dispute_second"),
]


def create_roles(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.adyen_roles`` (one row per order with a part) and ``truth.adyen_again``: orders captured twice."""
    store_rows(con, "truth.adyen_planned", ["gateway", "nth", "role"], ROLES)
    store_rows(
        con,
        "truth.adyen_planned_again",
        ["ono", "role"],
        [(order_of(name, nth), role) for name, nth, role in AGAIN],
    )
    con.execute(
        """create table truth.adyen_roles as
        with known as (
            select distinct t.ono, t.gateway
            from truth.transactions as t join truth.orders as o using (ono)
            where t.gateway in (select gateway from truth.adyen_merchants) and not o.is_test
                and o.ret = 'none' and o.cancel = 'none' and o.adjust = 'none' and o.edit = 'none'
                and o.pay in ('sale', 'auth_capture')),
        placed as (select *, row_number() over (partition by gateway order by ono) as nth from known)
        select p.ono, r.role from placed as p join truth.adyen_planned as r using (gateway, nth)"""
    )
    con.execute(
        f"""create table truth.adyen_again as
        select ono, role from truth.adyen_planned_again
        union all
        select o.ono, 'kept'
        from truth.orders as o
        where o.shop = {shops.DE} and o.placed_at >= timestamp '{MIGRATION_FROM}' and not o.is_test
            and o.ret = 'none' and o.cancel = 'none' and o.adjust = 'none' and o.edit = 'none'
            and o.pay in ('sale', 'auth_capture')
            and o.ono not in (select ono from truth.adyen_planned_again)
            and psp_draw(o.ono, 1, 'captured again', 1000) < {AGAIN_PER_MILLE}"""
    )
