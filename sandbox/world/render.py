"""One way to fill a vendor-shaped table: a query whose columns carry the fields' names."""

import duckdb

from sandbox.world.tables import COLUMNS, TECHNICAL

SHOP_PLACES = 1 << 60


def insert(con: duckdb.DuckDBPyConnection, table: str, query: str) -> None:
    """Insert ``query`` by column name; a field it lacks stays null, a field too many is an error."""
    columns = [d[0] for d in con.execute(f"select * from ({query}) limit 0").description or []]
    unknown = set(columns) - {*COLUMNS[table], *TECHNICAL}
    if unknown:
        raise ValueError(f"{table} has no field {sorted(unknown)}; see sandbox.world.tables")
    con.execute(f'insert into shopify."{table}" by name {query}')


def place(shop: str, number: str, within: str, slots: int) -> str:
    """SQL: where a row stands among its table's: by shop, order number and a slot within the order."""
    return (
        f"(cast({shop} as bigint) * {SHOP_PLACES} + cast({number} as bigint) * {slots} + {within})"
    )
