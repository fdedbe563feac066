"""What one world has that an earlier one had not: objects that are new, and objects that changed.

Two worlds live in two databases; what crosses is one fingerprint per object. Objects are the roots that a
vendor dates by itself; what hangs on them (lines, sales) changes with them.
"""

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from sandbox.world import World

SHOPIFY = {
    "Order": "orders",
    "Return": "returns",
    "Customer": "customers",
    "Product": "products",
    "ProductVariant": "product variants",
    "TenderTransaction": "tender transactions",
    "ShopifyPaymentsBalanceTransaction": "balance transactions",
    "ShopifyPaymentsPayout": "shop payouts",
    "ShopifyPaymentsDispute": "shop disputes",
    "InventoryItem": "inventory items",
    "InventoryLevel": "inventory levels",
    "Company": "companies",
    "AbandonedCheckout": "abandoned checkouts",
    "GiftCard": "gift cards",
    "DraftOrder": "draft orders",
    "SubscriptionContract": "subscription contracts",
}
RATES = {
    "ecb": ("ecb", "exchange rates", '"date" || currency'),
    "treasury": (
        "treasury",
        "rates",
        "rate_date || from_currency || to_currency || kind || version",
    ),
}


@dataclass(frozen=True)
class News:
    system: str
    objects: str
    new: int
    changed: int
    gone: int


def fingerprints(world: World) -> dict[tuple[str, str], pa.Table]:
    """(system, objects) -> one row per object: its key, and a hash of all that the vendor says of it."""
    con = world.con.cursor()
    found = {}
    for table, name in SHOPIFY.items():
        source = f'(select * exclude ("_seq", "_parent") from shopify."{table}")'
        found["shopify", name] = _keyed(con, source, 't."_shop" || \' \' || t."id"')
    for schema, table in _tables(con, {spec.system for spec in world.accounts}):
        source = f'(select * exclude ("_seq") from {schema}."{table}")'
        found[schema, table.replace("_", " ")] = _keyed(
            con, source, "t.\"_account\" || ' ' || t.id"
        )
    for table, (system, name, key) in RATES.items():
        found[system, name] = _keyed(con, f"rates.{table}", key)
    return found


def between(earlier: dict[tuple[str, str], pa.Table], world: World) -> list[News]:
    """What is new in ``world`` since it had those fingerprints, for objects of which anything is."""
    con = world.con.cursor()
    news = []
    for (system, objects), now in fingerprints(world).items():
        con.register("now_seen", now)
        con.register("seen_before", earlier.get((system, objects), now.slice(0, 0)))
        new, changed, gone = con.execute(
            """select count(*) filter (b.key is null), count(*) filter (b.print <> n.print),
                count(*) filter (n.key is null)
            from now_seen as n full join seen_before as b on n.key = b.key"""
        ).fetchall()[0]
        if new or changed or gone:
            news.append(News(system, objects, new, changed, gone))
    return news


def _tables(con: duckdb.DuckDBPyConnection, systems: set[str]) -> list[tuple[str, str]]:
    """The vendor-shaped tables of the accounts' systems that hold objects of their own."""
    return con.execute(
        """select table_schema, table_name from information_schema.columns
        where list_contains(?, table_schema) and lower(column_name) in ('id', '_account', '_seq')
        group by all having count(*) = 3 order by all""",
        [sorted(systems)],
    ).fetchall()


def _keyed(con: duckdb.DuckDBPyConnection, source: str, key: str) -> pa.Table:
    return con.sql(f"select {key} as key, hash(t) as print from {source} as t").to_arrow_table()
