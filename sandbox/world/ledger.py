"""The true ledger, before conversion: what was sold, discounted, returned and when, from the moves.

``truth.entries`` has one row per entry with whole minor units; ``event_at`` is when it happened,
``rated_at`` when the sale it reverses was made (itself, if it reverses none).
"""

import duckdb

from sandbox.world.ids import subject_id

KINDS = {
    "product": "sale",
    "gift_card": "gift_card_sold",
    "tip": "tip",
    "shipping": "shipping",
    "duty": "duty",
    "additional_fee": "fee",
    "fee": "fee",
}
EDITS_END = 200  # agreements below are the order and its edits, see sandbox.world.events


def create_entries(con: duckdb.DuckDBPyConnection) -> None:
    kinds = " ".join(f"when '{k}' then '{v}'" for k, v in KINDS.items())
    con.execute(
        f"""create or replace table truth.entries as
        with happened as (
            select m.*, case when m.ano = 0 then o.placed_at else a.happened_at end as event_at
            from truth.moves as m
            join truth.orders as o using (ono)
            join truth.agreements as a on a.ono = m.ono and a.ano = m.ano
            where not o.is_test),
        first_sold as (
            select ono, kind, lno, min(event_at) as sold_at
            from happened where action = 'ORDER' and kind <> 'adjustment' group by ono, kind, lno),
        placed as (
            select h.*, case when h.kind = 'adjustment' and h.ano > {EDITS_END} then o.placed_at
                when h.action = 'RETURN' then f.sold_at else h.event_at end as rated_at
            from happened as h
            join truth.orders as o using (ono)
            left join first_sold as f on f.ono = h.ono and f.kind = h.kind and f.lno = h.lno),
        booked as (
            select ono, kind as subject, lno, event_at, rated_at,
                case when kind = 'adjustment' then case when ano > {EDITS_END} then 'return' else 'adjustment' end
                    when kind = 'product' and action = 'RETURN' then 'return'
                    else case kind {kinds} end end as entry,
                -- Goods are sold at list price and discounted beside it; all else is net of discount.
                case when kind = 'product' and action <> 'RETURN' then gross else gross - disc end as minor
            from placed
            union all
            select ono, kind, lno, event_at, rated_at, 'discount', -disc
            from placed where kind = 'product' and action <> 'RETURN' and disc <> 0
            union all
            select ono, kind, lno, event_at, rated_at, 'tax', tax from placed where tax <> 0),
        abandoned as (
            -- Ended without money and without the vendor taking anything back: we take it back.
            select b.ono, b.subject, b.lno, o.gone_at as event_at, min(b.rated_at) as rated_at,
                case when b.entry in ('sale', 'discount') then 'return' else b.entry end as entry,
                cast(-sum(b.minor) as bigint) as minor
            from booked as b join truth.orders as o using (ono)
            where o.gone_at is not null and o.cancel in ('without_reversal', 'voided_without_reversal')
            group by all having sum(b.minor) <> 0),
        coins as (
            select o.ono, 'coins' as subject, 0 as lno, o.placed_at as event_at, o.placed_at as rated_at,
                'rounding' as entry, d.rounding as minor
            from truth.dues as d join truth.orders as o using (ono)
            where d.rounding <> 0 and not o.is_test
            union all
            select o.ono, 'coins', 1, o.placed_at, o.placed_at, 'rounding', cast(-sum(r.rounding) as bigint)
            from truth.refunds as r join truth.orders as o using (ono)
            where not o.is_test group by o.ono, o.placed_at having sum(r.rounding) <> 0),
        entries as (
            select * from booked union all select * from abandoned union all select * from coins)
        select o.account, o.legal_entity, o.zone, cast(o.order_id as varchar) as order_id,
            case when e.kind not in ('adjustment', 'coins') then cast({subject_id("e")} as varchar) end
                as line_id, e.entry as kind, e.event_at, e.rated_at,
            o.currency, exponent_of(o.currency) as exponent, e.minor
        from (select *, subject as kind from entries) as e join truth.orders as o using (ono)"""
    )
