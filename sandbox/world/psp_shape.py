"""What the queries that show the PSP's objects have in common."""

import duckdb


def shown_columns(con: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    """The object's own fields: those of a query's columns that don't begin with an underscore."""
    described = con.execute(f"select * from ({query}) limit 0").description or []
    return [name for name, *_ in described if not name.startswith("_")]
