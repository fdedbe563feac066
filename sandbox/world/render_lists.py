"""The lists inside ``shopify.Order``: transactions, refunds and parcels, one row per order and list."""

import duckdb

from sandbox.world.ids import agreement_id, id_of, transaction_slot
from sandbox.world.render import Part

PARENT = id_of("transaction", transaction_slot("t.parent"))
# Of each list: its rows, where a row stands in it, and what a row is as the vendor shows it.
LISTS = {
    "transaction_lists": (
        "truth.transactions as t",
        "t.transaction",
        f"""struct_pack(
            "id" := gid('OrderTransaction', t.transaction_id), "kind" := t.kind, "status" := t.status,
            "gateway" := t.gateway, "test" := o.is_test, "errorCode" := t.error,
            "createdAt" := iso(t.happened_at), "processedAt" := iso(t.happened_at),
            "paymentId" := 'c' || t.transaction_id || '.1',
            "parentTransaction" := ref(gid('OrderTransaction', {PARENT})),
            "amountSet" := bag(t.amount, o.currency, t.amount_p, o.currency_p))""",
    ),
    "refund_lists": (
        """(select r.*, b.ono is not null as has_return
            from truth.refunds as r
            left join truth.agreements as b on b.ono = r.ono and b.ano = r.ano - 1 and r.ano < 300) as t""",
        "t.ano",
        f"""struct_pack(
            "id" := gid('Refund', {agreement_id("t.ano")}), "createdAt" := iso(t.happened_at),
            "updatedAt" := iso(t.happened_at), "processedAt" := iso(t.happened_at),
            "note" := case when t.ano > 400 then 'goodwill' end,
            "return" := ref(case when t.has_return then gid('Return', {agreement_id("t.ano - 1")}) end),
            "totalRefundedSet" := bag(t.amount, o.currency, t.amount_p, o.currency_p))""",
    ),
    "fulfilment_lists": (
        "truth.fulfilments as t",
        "t.fno",
        f"""struct_pack(
            "id" := gid('Fulfillment', {id_of("fulfilment", "t.fno")}),
            "name" := '#' || (1000 + o.number) || '-F' || t.fno, "status" := t.status,
            "displayStatus" := t.display_status, "createdAt" := iso(t.shipped_at),
            "updatedAt" := iso(t.updated_at), "inTransitAt" := iso(t.in_transit_at),
            "deliveredAt" := iso(t.delivered_at), "estimatedDeliveryAt" := iso(t.estimated_at),
            "totalQuantity" := cast(t.parcel_quantity as bigint),
            "trackingInfo" := [struct_pack("company" := t.company, "number" := t.tracking_number,
                "url" := 'https://track.example/' || t.tracking_number)])""",
    ),
}


# Lists of so many entries are put together by joins; a sorted aggregate of structs costs four times as much.
SHORT = 3


def create_lists(con: duckdb.DuckDBPyConnection, part: Part) -> None:
    """One temporary table per list (``ono``, ``items``) for the orders of one part."""
    for name, (rows, place, item) in LISTS.items():
        con.execute(
            f"""create or replace temp table entries as
            with placed as (
                select t.*, count(*) over (partition by t.ono) as length,
                    row_number() over (partition by t.ono order by {place}) as place
                from {rows} where {part.of("t")})
            select t.ono, t.length, t.place, {item} as item
            from placed as t join truth.orders as o using (ono) where {part.of("o")}"""
        )
        short = "\nunion all\n".join(_short(length) for length in range(1, SHORT + 1))
        con.execute(
            f"""create or replace temp table {name} as
            {short}
            union all
            select ono, list(item order by place) as items from entries where length > {SHORT} group by ono"""
        )
    con.execute("drop table entries")


def _short(length: int) -> str:
    places = range(2, length + 1)
    items = ", ".join(["e.item", *(f"e{place}.item" for place in places)])
    joins = "".join(
        f" join entries as e{place} on e{place}.ono = e.ono and e{place}.place = {place}"
        for place in places
    )
    return f"select e.ono, [{items}] as items from entries as e{joins} where e.length = {length} and e.place = 1"


def drop_lists(con: duckdb.DuckDBPyConnection) -> None:
    for name in LISTS:
        con.execute(f"drop table {name}")
