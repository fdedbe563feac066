"""One way to fill a vendor-shaped table: a query whose columns carry the fields' names."""

from collections.abc import Callable, Iterator

import duckdb

from sandbox.world.tables import COLUMNS, TECHNICAL

# Orders rendered at once: text is far larger than the numbers it is made from.
PART = 100_000


def insert(con: duckdb.DuckDBPyConnection, table: str, query: str) -> None:
    """Insert ``query`` by column name; a field it lacks stays null, a field too many is an error."""
    columns = [d[0] for d in con.execute(f"select * from ({query}) limit 0").description or []]
    unknown = set(columns) - {*COLUMNS[table], *TECHNICAL}
    if unknown:
        raise ValueError(f"{table} has no field {sorted(unknown)}; see sandbox.world.tables")
    con.execute(f'insert into shopify."{table}" by name {query}')


def parts(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Conditions on ``o.ono`` that together meet every order once."""
    (orders,) = con.execute("select count(*) from truth.orders").fetchall()[0]
    for start in range(0, orders, PART):
        yield f"o.ono between {start} and {start + PART - 1}"


def insert_in_parts(
    con: duckdb.DuckDBPyConnection, table: str, query: Callable[[str], str]
) -> None:
    """Insert part by part; each part's ``_seq`` goes on where the last one ended."""
    for part in parts(con):
        (done,) = con.execute(f'select coalesce(max(_seq), 0) from shopify."{table}"').fetchall()[0]
        insert(con, table, f"select * replace (_seq + {done} as _seq) from ({query(part)})")
