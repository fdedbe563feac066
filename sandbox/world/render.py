"""One way to fill a vendor-shaped table: a query whose columns carry the fields' names."""

import duckdb

SHOP_PLACES = 1 << 60


def insert(con: duckdb.DuckDBPyConnection, table: str, query: str) -> None:
    """Insert ``query`` by column name; a field it lacks stays null, DuckDB refuses one that the table lacks."""
    con.execute(f'insert into shopify."{table}" by name {query}')


def place(shop: str, number: str, within: str, slots: int) -> str:
    """SQL: where a row stands among its table's: by shop, order number and a slot within the order."""
    return (
        f"(cast({shop} as bigint) * {SHOP_PLACES} + cast({number} as bigint) * {slots} + {within})"
    )
