"""``shopify.Return`` and ``ReturnLineItem``: goods on their way back before any money is."""

import duckdb

from sandbox.world.ids import AGREEMENTS, SLOTS, agreement_id, id_of, move_slot, subject_id
from sandbox.world.render import insert, place


def render_returns(con: duckdb.DuckDBPyConnection) -> None:
    insert(
        con,
        "Return",
        f"""
        with units as (
            select ono, ano, cast(-sum(quantity) as bigint) as quantity
            from truth.moves where action = 'RETURN' and kind = 'product' group by ono, ano)
        select gid('Return', {agreement_id("r.goods_ano")}) as "id", '#' || (1000 + o.number) || '-R' || r.round as "name",
            case when r.refunded_at is null then 'OPEN' else 'CLOSED' end as "status",
            u.quantity as "totalQuantity", iso(r.returned_at) as "createdAt",
            iso(r.refunded_at) as "closedAt", iso(r.returned_at) as "requestApprovedAt",
            o.account as _shop, {place("o.shop", "o.number", "r.goods_ano", AGREEMENTS)} as _seq,
            gid('Order', o.order_id) as _parent
        from truth.rounds as r
        join truth.orders as o using (ono)
        join units as u on u.ono = r.ono and u.ano = r.goods_ano
        where r.is_return_first""",
    )
    insert(
        con,
        "ReturnLineItem",
        f"""
        select gid('ReturnLineItem', {id_of("return_line", move_slot("m"))}) as "id",
            'ReturnLineItem' as "__typename", -m.quantity as "quantity",
            case when r.refunded_at is null then 0 else -m.quantity end as "refundedQuantity",
            case m.move % 3 when 0 then 'too small' when 1 then 'changed my mind' else '' end
                as "returnReasonNote",
            struct_pack("id" := gid('FulfillmentLineItem', {subject_id("m")}),
                "lineItem" := ref(gid('LineItem', {subject_id("m")}))) as "fulfillmentLineItem",
            o.account as _shop, {place("o.shop", "o.number", move_slot("m"), SLOTS["sale"])} as _seq,
            gid('Return', {agreement_id("m.ano")}) as _parent
        from truth.rounds as r
        join truth.orders as o using (ono)
        join truth.moves as m on m.ono = r.ono and m.ano = r.goods_ano and m.kind = 'product'
        where r.is_return_first""",
    )
