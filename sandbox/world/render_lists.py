"""The lists inside ``shopify.Order``: transactions, refunds and parcels.

Entries stay rows of numbers until the order itself is rendered: joined to it by their place, up to ``SHORT``
of them. Joining finished lists of structs costs three times as much. Longer lists are few and are joined
finished.
"""

from collections.abc import Callable
from typing import NamedTuple

import duckdb

from sandbox.world.ids import agreement_id, id_of, transaction_slot

SHORT = 3


class Entries(NamedTuple):
    """``rows`` as ``t``, where one stands in its list, and what the vendor shows of one called ``e``."""

    rows: str
    place: str
    item: Callable[[str], str]


def _transaction(e: str) -> str:
    parent = id_of("transaction", transaction_slot(f"{e}.parent"))
    return f"""struct_pack(
        "id" := gid('OrderTransaction', {e}.transaction_id), "kind" := {e}.kind, "status" := {e}.status,
        "gateway" := {e}.gateway, "test" := o.is_test, "errorCode" := {e}.error,
        "createdAt" := iso({e}.happened_at), "processedAt" := iso({e}.happened_at),
        "paymentId" := 'c' || {e}.transaction_id || '.1',
        "parentTransaction" := ref(gid('OrderTransaction', {parent})),
        "amountSet" := bag({e}.amount, o.currency, {e}.amount_p, o.currency_p))"""


def _refund(e: str) -> str:
    return f"""struct_pack(
        "id" := gid('Refund', {agreement_id(f"{e}.ano")}), "createdAt" := iso({e}.happened_at),
        "updatedAt" := iso({e}.happened_at), "processedAt" := iso({e}.happened_at),
        "note" := case when {e}.ano > 400 then 'goodwill' end,
        "return" := ref(case when {e}.has_return then gid('Return', {agreement_id(f"{e}.ano - 1")}) end),
        "totalRefundedSet" := bag({e}.amount, o.currency, {e}.amount_p, o.currency_p))"""


def _parcel(e: str) -> str:
    return f"""struct_pack(
        "id" := gid('Fulfillment', {id_of("fulfilment", f"{e}.fno")}),
        "name" := '#' || (1000 + o.number) || '-F' || {e}.fno, "status" := {e}.status,
        "displayStatus" := {e}.display_status, "createdAt" := iso({e}.shipped_at),
        "updatedAt" := iso({e}.updated_at), "inTransitAt" := iso({e}.in_transit_at),
        "deliveredAt" := iso({e}.delivered_at), "estimatedDeliveryAt" := iso({e}.estimated_at),
        "totalQuantity" := cast({e}.parcel_quantity as bigint),
        "trackingInfo" := [struct_pack("company" := {e}.company, "number" := {e}.tracking_number,
            "url" := 'https://track.example/' || {e}.tracking_number)])"""


LISTS = {
    "transactions": Entries("truth.transactions as t", "t.transaction", _transaction),
    "refunds": Entries(
        """(select r.*, b.ono is not null as has_return
            from truth.refunds as r
            left join truth.agreements as b on b.ono = r.ono and b.ano = r.ano - 1 and r.ano < 300) as t""",
        "t.ano",
        _refund,
    ),
    "fulfillments": Entries("truth.fulfilments as t", "t.fno", _parcel),
}


def create_lists(con: duckdb.DuckDBPyConnection) -> None:
    """Temporary tables: ``<list>_placed`` and ``<list>_long``."""
    for name, (rows, place, item) in LISTS.items():
        con.execute(
            f"""create temp table {name}_placed as
            select t.*, count(*) over (partition by t.ono) as length,
                row_number() over (partition by t.ono order by {place}) as place
            from {rows}"""
        )
        con.execute(
            f"""create temp table {name}_long as
            select e.ono, list({item("e")} order by e.place) as items
            from {name}_placed as e join truth.orders as o using (ono)
            where e.length > {SHORT} group by e.ono"""
        )


def drop_lists(con: duckdb.DuckDBPyConnection) -> None:
    for name in LISTS:
        con.execute(f"drop table {name}_placed")
        con.execute(f"drop table {name}_long")


def joins(name: str) -> str:
    """SQL: what ``rendered`` needs beside ``truth.orders as o``."""
    short = "\n".join(
        f"left join {name}_placed as {name}_{n} on {name}_{n}.ono = o.ono and {name}_{n}.place = {n}"
        f" and {name}_{n}.length <= {SHORT}"
        for n in range(1, SHORT + 1)
    )
    return f"{short}\nleft join {name}_long on {name}_long.ono = o.ono"


def rendered(name: str) -> str:
    """SQL: an order's list, empty if it has none."""
    whens = " ".join(
        f"when {length} then [{', '.join(LISTS[name].item(f'{name}_{n}') for n in range(1, length + 1))}]"
        for length in range(1, SHORT + 1)
    )
    return f"case {name}_1.length {whens} else coalesce({name}_long.items, []) end"
