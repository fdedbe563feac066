"""Landing of the same bytes four ways: ours, dlt's default path over dicts with and without Parquet, DuckDB alone."""

import logging
import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import duckdb
import orjson

DICTS_PER_YIELD = 500


def ours(lines: Path, folder: Path) -> None:
    """The product's own path: typed Arrow through ``Landing``, dlt append, DuckDB."""
    from ingestion import pipelines
    from ingestion.group import Account
    from ingestion.hashing import HASH_KEY
    from ingestion.landing import Landing
    from ingestion.sources import shopify
    from ingestion.tables import raw_tables

    os.environ.setdefault(HASH_KEY, "a-key-for-benches")
    account = Account("shopify", "bench", "bench", "http://127.0.0.1", "UTC", "EUR", "bench")
    stream = next(stream for stream in shopify.STREAMS if stream.name == "orders")
    warehouse = folder / "ours.duckdb"

    def rows(_: dict[str, str]) -> pipelines.Rows:
        landing = Landing(account, "orders", stream.tables, datetime(2026, 1, 1), folder / "spool")
        with lines.open("rb") as opened:
            landing.add_file(opened)
        yield from landing.tables()

    into = pipelines.pipeline("bench", "raw_shopify", folder / "dlt", str(warehouse))
    pipelines.extract(into, pipelines.source("shopify", dict(raw_tables(shopify.TABLES)), rows))
    pipelines.write("bench", "raw_shopify", folder / "dlt", warehouse)


def dlt_dicts(lines: Path, folder: Path) -> None:
    """What a usual dlt source does: whole orders as dicts, nested by dlt; with the Parquet loader."""
    _over_dicts(lines, folder, "parquet")


def dlt_naive(lines: Path, folder: Path) -> None:
    """The same with the format that dlt takes for DuckDB when it isn't told: INSERT statements."""
    _over_dicts(lines, folder, "insert_values")


def _over_dicts(lines: Path, folder: Path, loader: Literal["parquet", "insert_values"]) -> None:
    import dlt

    from ingestion import pipelines

    pipelines.settle()
    logging.getLogger("dlt").setLevel(logging.ERROR)

    def orders() -> Iterator[Any]:
        batch = list(nested(lines))
        for start in range(0, len(batch), DICTS_PER_YIELD):
            yield batch[start : start + DICTS_PER_YIELD]

    pipeline = dlt.pipeline(
        "bench_dicts",
        pipelines_dir=str(folder / "dlt_dicts"),
        destination=dlt.destinations.duckdb(str(folder / "dicts.duckdb")),
        dataset_name="raw",
    )
    pipeline.run(orders(), table_name="orders", loader_file_format=loader)


def first(lines: Path, orders: int, out: Path) -> Path:
    """The lines of the first so many orders, children after their order as Shopify writes them."""
    seen = 0
    with lines.open("rb") as opened, out.open("wb") as file:
        for line in opened:
            seen += b'"__parentId"' not in line
            if seen > orders:
                break
            file.write(line)
    return out


def nested(lines: Path) -> Iterator[dict[str, Any]]:
    """Orders with their children inside, as a page would give them."""
    children: dict[str, list[dict[str, Any]]] = defaultdict(list)
    roots = []
    with lines.open("rb") as opened:
        for line in opened:
            node = orjson.loads(line)
            parent = node.pop("__parentId", None)
            (children[parent] if parent else roots).append(node)

    def filled(node: dict[str, Any]) -> dict[str, Any]:
        for child in children.get(node["id"], ()):
            node.setdefault(child["__typename"], []).append(filled(child))
        return node

    return (filled(root) for root in roots)


def duckdb_alone(lines: Path, folder: Path) -> None:
    """The limit: ``create table as`` of the same columns from the same bytes, no log, no checks, no dlt."""
    from ingestion import landing_sql as sql
    from ingestion.sources import shopify
    from ingestion.tables import column_name

    stream = next(stream for stream in shopify.STREAMS if stream.name == "orders")
    with duckdb.connect(str(folder / "alone.duckdb")) as con:
        con.execute(
            f"create temp table nodes as select json, json ->> '$.__typename' as node from read_ndjson_objects('{lines}')"
        )
        for table in [t for t in stream.tables if not t.list_of]:
            columns = ", ".join(
                f'{type_.cast(f"v[{place}]")} as "{column_name(path)}"'
                for place, (path, type_) in enumerate(table.columns.items(), start=1)
            )
            kinds = ", ".join(sql.quoted(node) for node in table.nodes)
            con.execute(
                f"create table {table.name} as select parent, {columns} from (select"
                f" json ->> '$.__parentId' as parent, json_extract_string(json, {sql.paths(table.columns)}) as v"
                f" from nodes where node in ({kinds}))"
            )
        for table in [t for t in stream.tables if t.list_of]:
            kinds = ", ".join(
                sql.quoted(node) for node in (table.parent.nodes if table.parent else ())
            )
            if not kinds:  # a list within a list: left to the others
                continue
            columns = ", ".join(
                f'{type_.cast(f"v[{place}]")} as "{column_name(path)}"'
                for place, (path, type_) in enumerate(table.columns.items(), start=1)
            )
            con.execute(
                f"create table {table.name} as select parent, {columns} from (select parent,"
                f" json_extract_string(e, {sql.paths(table.columns)}) as v from (select json ->> '$.id' as parent,"
                f" unnest(json_extract(json, '$.{table.list_of}[*]')) as e from nodes where node in ({kinds})))"
            )
