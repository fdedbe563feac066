"""``shopify.Metafield``: what shops note of orders, customers and products beside their own fields."""

import duckdb

from sandbox.world.ids import SLOTS, id_of
from sandbox.world.journeys import MANY_LINES
from sandbox.world.render import insert, place

NOTE_PERCENT, WINDOW_PERCENT = 20, 30  # orders with a greeting, with a wish for the delivery
MANY = 60  # notes on an order that has many of everything
CUSTOMER_RANGE, PRODUCT_RANGE = 2_700_000_000_000_000, 2_800_000_000_000_000
OF_SHOP = "s.account as _shop"


def render_metafields(con: duckdb.DuckDBPyConnection) -> None:
    _render_of_orders(con)
    _render_of_customers(con)
    _render_of_products(con)


def _shown() -> str:
    """SQL of a metafield's own columns; needs ``namespace``, ``key``, ``kind``, ``value``, ``noted_at``."""
    return """namespace, key, kind as "type", value, iso(noted_at) as "createdAt", iso(noted_at) as "updatedAt",
        md5(value) as "compareDigest", strlen(value) as "sizeInBytes" """


def _render_of_orders(con: duckdb.DuckDBPyConnection) -> None:
    insert(
        con,
        "Metafield",
        f"""with drawn as (
            select *, chance(ono, 'metafield', 10000) as note, created_at as noted_at from truth.orders),
        noted as (
            select *, 0 as slot, 'custom' as namespace, 'gift_note' as key, 'single_line_text_field' as kind,
                (['Alles Gute', 'Happy birthday', 'Thank you', 'おめでとう'])[1 + ono % 4] as value
            from drawn where note % 100 < {NOTE_PERCENT}
            union all
            select *, 1, 'custom', 'delivery_window', 'json', '{{"from": "0' || 7 + ono % 3 || ':00", "hours": 4}}'
            from drawn where note // 100 < {WINDOW_PERCENT}
            union all
            select d.*, 2 + n, 'audit', 'check_' || lpad(cast(n as varchar), 2, '0'), 'number_integer',
                cast(9007199254740993 + n as varchar)
            from drawn as d join range(0, {MANY}) as r(n) on d.n_lines > {MANY_LINES})
        select gid('Metafield', {id_of("metafield", "o.slot")}) as "id", {_shown()}, 'ORDER' as "ownerType",
            account as _shop, {place("o.shop", "o.number", "o.slot", SLOTS["metafield"])} as _seq,
            gid('Order', order_id) as _parent
        from noted as o""",
    )


def _render_of_customers(con: duckdb.DuckDBPyConnection) -> None:
    insert(
        con,
        "Metafield",
        f"""with noted as (
            select *, since as noted_at, 'loyalty' as namespace, 'tier' as key, 'single_line_text_field' as kind,
                (['bronze', 'silver', 'gold'])[1 + pid % 3] as value
            from truth.customer_ids where chance(pid, 'loyalty', 100) < 40)
        select gid('Metafield', c.customer_id + {CUSTOMER_RANGE}) as "id", {_shown()}, 'CUSTOMER' as "ownerType",
            {OF_SHOP}, row_number() over (order by c.shop, c.customer_id) as _seq,
            gid('Customer', c.customer_id) as _parent
        from noted as c join truth.shops as s using (shop)""",
    )


def _render_of_products(con: duckdb.DuckDBPyConnection) -> None:
    insert(
        con,
        "Metafield",
        f"""with noted as (
            select any_value(created_at) as noted_at, shop, product_id, product, 'custom' as namespace,
                unnest(['material', 'care']) as key, 'single_line_text_field' as kind,
                unnest([(['oak', 'linen', 'glass', 'steel'])[1 + product % 4],
                    (['wipe', 'wash at 30', 'by hand'])[1 + product % 3]]) as value, unnest([0, 1]) as slot
            from truth.variants group by shop, product_id, product)
        select gid('Metafield', s.first_id + {PRODUCT_RANGE} + s.id_step * (p.product * 2 + p.slot)) as "id",
            {_shown()}, 'PRODUCT' as "ownerType", {OF_SHOP},
            row_number() over (order by p.shop, p.product, p.slot) as _seq, gid('Product', p.product_id) as _parent
        from noted as p join truth.shops as s using (shop)""",
    )
