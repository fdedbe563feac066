"""The lists inside ``shopify.Order``: transactions, refunds and parcels, one row per order and list."""

import duckdb

from sandbox.world.ids import id_of

LISTS = {
    "transaction_lists": """
        select n.ono, n.transaction as place, struct_pack(
            "id" := gid('OrderTransaction', n.transaction_id), "kind" := n.kind, "status" := n.status,
            "gateway" := n.gateway, "test" := n.is_test, "errorCode" := n.error,
            "createdAt" := iso(n.happened_at), "processedAt" := iso(n.happened_at),
            "paymentId" := 'c' || n.transaction_id || '.1',
            "parentTransaction" := ref(gid('OrderTransaction', p.transaction_id)),
            "amountSet" := bag(n.amount, n.currency, n.amount_p, n.currency_p)) as item
        from numbered_transactions as n
        left join numbered_transactions as p on p.ono = n.ono and p.tno = n.parent""",
    "refund_lists": """
        select r.ono, i.agreement_id as place, struct_pack(
            "id" := gid('Refund', i.agreement_id), "createdAt" := iso(r.happened_at),
            "updatedAt" := iso(r.happened_at), "processedAt" := iso(r.happened_at),
            "note" := case when r.ano > 400 then 'goodwill' end,
            "return" := ref(gid('Return', b.agreement_id)),
            "totalRefundedSet" := bag(r.amount, o.currency, r.amount_p, o.currency_p)) as item
        from truth.refunds as r
        join truth.orders as o using (ono)
        join truth.agreement_ids as i on i.ono = r.ono and i.ano = r.ano
        left join truth.agreement_ids as b on b.ono = r.ono and b.ano = r.ano - 1 and r.ano < 300
        where {part}""",
    "fulfilment_lists": f"""
        select f.ono, f.fno as place, struct_pack(
            "id" := gid('Fulfillment', {id_of("fulfilment", "f.fno")}),
            "name" := '#' || (1000 + o.number) || '-F' || f.fno, "status" := f.status,
            "displayStatus" := f.display_status, "createdAt" := iso(f.shipped_at),
            "updatedAt" := iso(f.updated_at), "inTransitAt" := iso(f.in_transit_at),
            "deliveredAt" := iso(f.delivered_at), "estimatedDeliveryAt" := iso(f.estimated_at),
            "totalQuantity" := cast(f.parcel_quantity as bigint),
            "trackingInfo" := [struct_pack("company" := f.company, "number" := f.tracking_number,
                "url" := 'https://track.example/' || f.tracking_number)]) as item
        from truth.fulfilments as f join truth.orders as o using (ono)
        where {{part}}""",
}


def create_lists(con: duckdb.DuckDBPyConnection, part: str) -> None:
    """One temporary table per list (``ono``, ``items``) for the orders of one part."""
    con.execute(
        f"""create or replace temp table numbered_transactions as
        select t.*, o.is_test, o.currency, o.currency_p
        from truth.transactions as t join truth.orders as o using (ono) where {part}"""
    )
    for name, query in LISTS.items():
        # Most orders have one of each, and that list needs no aggregate: a sorted one is ten times as slow.
        con.execute(
            f"""create or replace temp table {name} as
            with items as (select *, count(*) over (partition by ono) as siblings
                from ({query.replace("{part}", part)}))
            select ono, [item] as items from items where siblings = 1
            union all
            select ono, list(item order by place) from items where siblings > 1 group by ono"""
        )


def drop_lists(con: duckdb.DuckDBPyConnection) -> None:
    for name in (*LISTS, "numbered_transactions"):
        con.execute(f"drop table {name}")
