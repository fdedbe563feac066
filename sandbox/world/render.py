"""One way to fill a vendor-shaped table: a query whose columns carry the fields' names."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import duckdb

from sandbox.world.tables import COLUMNS, TECHNICAL

# Orders rendered at once: text is far larger than the numbers it is made from.
SIZE = 200_000
SHOP_PLACES = 1 << 60


def insert(con: duckdb.DuckDBPyConnection, table: str, query: str) -> None:
    """Insert ``query`` by column name; a field it lacks stays null, a field too many is an error."""
    columns = [d[0] for d in con.execute(f"select * from ({query}) limit 0").description or []]
    unknown = set(columns) - {*COLUMNS[table], *TECHNICAL}
    if unknown:
        raise ValueError(f"{table} has no field {sorted(unknown)}; see sandbox.world.tables")
    con.execute(f'insert into shopify."{table}" by name {query}')


@dataclass(frozen=True)
class Part:
    """Some of the orders, by number."""

    first: int
    last: int

    def of(self, alias: str) -> str:
        """The condition on a table with ``ono``; on each table of a join, so that none is read whole."""
        return f"{alias}.ono between {self.first} and {self.last}"


def parts(con: duckdb.DuckDBPyConnection) -> Iterator[Part]:
    """Parts that together hold every order once."""
    (orders,) = con.execute("select count(*) from truth.orders").fetchall()[0]
    for start in range(0, orders, SIZE):
        yield Part(start, start + SIZE - 1)


def insert_in_parts(
    con: duckdb.DuckDBPyConnection, table: str, query: Callable[[Part], str]
) -> None:
    for part in parts(con):
        insert(con, table, query(part))


def place(shop: str, number: str, within: str, slots: int) -> str:
    """SQL: where a row stands among its table's: by shop, order number and a slot within the order."""
    return (
        f"(cast({shop} as bigint) * {SHOP_PLACES} + cast({number} as bigint) * {slots} + {within})"
    )
