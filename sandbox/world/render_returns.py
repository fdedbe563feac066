"""``shopify.Return`` and ``ReturnLineItem``: goods on their way back before any money is."""

import duckdb

from sandbox.world.ids import id_of, move_slot
from sandbox.world.render import insert


def render_returns(con: duckdb.DuckDBPyConnection) -> None:
    insert(
        con,
        "Return",
        """
        with units as (
            select ono, ano, cast(-sum(quantity) as bigint) as quantity
            from truth.moves where action = 'RETURN' and kind = 'product' group by ono, ano)
        select gid('Return', i.agreement_id) as "id", '#' || (1000 + o.number) || '-R' || r.round as "name",
            case when r.refunded_at is null then 'OPEN' else 'CLOSED' end as "status",
            u.quantity as "totalQuantity", iso(r.returned_at) as "createdAt",
            iso(r.refunded_at) as "closedAt", iso(r.returned_at) as "requestApprovedAt",
            o.account as _shop, row_number() over (order by o.shop, i.agreement_id) as _seq,
            gid('Order', o.order_id) as _parent
        from truth.rounds as r
        join truth.orders as o using (ono)
        join truth.agreement_ids as i on i.ono = r.ono and i.ano = r.goods_ano
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
            struct_pack("id" := gid('FulfillmentLineItem', s.subject_id),
                "lineItem" := ref(gid('LineItem', s.subject_id))) as "fulfillmentLineItem",
            o.account as _shop, row_number() over (order by o.shop, i.agreement_id, m.move) as _seq,
            gid('Return', i.agreement_id) as _parent
        from truth.rounds as r
        join truth.orders as o using (ono)
        join truth.moves as m on m.ono = r.ono and m.ano = r.goods_ano and m.kind = 'product'
        join truth.agreement_ids as i on i.ono = m.ono and i.ano = m.ano
        join truth.subject_ids as s on s.ono = m.ono and s.kind = m.kind and s.lno = m.lno
        where r.is_return_first""",
    )
