"""The log of closed months, and what was reported of them.

Grain:   ``CLOSES`` one row per close or reopening, ``FROZEN_ROWS`` one per ledger row and order of a closed
         month, ``FROZEN_VALUES`` one per metric value of it; all append-only, written by ``concord close``.
Errors:  a log that isn't what was written ends the run: ``ClosingError``.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import duckdb
import pyarrow as pa

from analysis.metric_definitions import Definition

SCHEMA = "raw_closing"
MODEL = "revenue"
"""The semantic model whose metrics are closed."""
GRAIN = "month"
AS_REPORTED = "as_reported"

_MONTH = [("legal_entity", pa.string()), ("period", pa.date32()), ("version", pa.int64())]

CLOSES = pa.schema(
    [
        ("action", pa.string()),
        *_MONTH,
        *((name, pa.string()) for name in ("decided_by", "reason")),
        *((name, pa.timestamp("us")) for name in ("decided_at", "as_of")),
        ("run_id", pa.string()),
        *(("rows_count", pa.int64()), ("rows_checksum", pa.string())),
        *(("values_count", pa.int64()), ("values_checksum", pa.string())),
    ]
)
FROZEN_ROWS = pa.schema(
    [
        *_MONTH,
        *((name, pa.string()) for name in ("account", "row_id", "order_id", "kind")),
        ("event_date", pa.date32()),
        ("currency", pa.string()),
        *((name, pa.decimal128(38, 4)) for name in ("amount", "amount_group")),
        ("rate_id", pa.string()),
        ("rate", pa.decimal128(18, 10)),
    ]
)
FROZEN_VALUES = pa.schema(
    [
        *_MONTH,
        ("metric", pa.string()),
        ("metric_version", pa.int64()),
        *((name, pa.string()) for name in ("fingerprint", "dimension", "dimension_value")),
        ("currency", pa.string()),
        ("value", pa.decimal128(38, 4)),
        ("coverage", pa.decimal128(9, 6)),
        ("audit_status", pa.string()),
    ]
)
LOGS: Mapping[str, pa.Schema] = {
    "closes": CLOSES,
    "frozen_rows": FROZEN_ROWS,
    "frozen_values": FROZEN_VALUES,
}


class ClosingError(ValueError):
    """What keeps a month from being closed, or its log from being trusted; says what to do."""


def metrics(definitions: Mapping[str, Definition]) -> list[str]:
    """The metrics that a close freezes: an entity's months, of what its ledger sums."""
    return [
        one.name
        for one in definitions.values()
        if one.model == MODEL and GRAIN in one.grains and "account" in one.dimensions
    ]


def create(con: duckdb.DuckDBPyConnection) -> None:
    """The log, made if there is none."""
    con.execute(f"create schema if not exists {SCHEMA}")
    for table, columns in LOGS.items():
        con.register("template", columns.empty_table())
        con.execute(f"create table if not exists {SCHEMA}.{table} as select * from template")
        con.unregister("template")


def checksum(con: duckdb.DuckDBPyConnection, table: str, where: str = "true") -> dict[tuple, tuple]:
    """(entity, period, version) -> (rows, checksum) of a frozen table; no order of rows changes it."""
    columns = [name for name in LOGS[table].names if name not in dict(_MONTH)]
    texts = ", ".join(f"coalesce(cast({name} as varchar), '-')" for name in columns)
    found = con.execute(
        f"""select legal_entity, period, version, count(*),
            md5(string_agg(row_hash, '' order by row_hash))
        from (select legal_entity, period, version, md5(concat_ws('|', {texts})) as row_hash
              from {SCHEMA}.{table} where {where})
        group by all"""
    ).fetchall()
    return {row[:3]: row[3:] for row in found}


def verify(con: duckdb.DuckDBPyConnection) -> None:
    """Every closed month is what was written down when it was closed."""
    for table, said in (("frozen_rows", "rows"), ("frozen_values", "values")):
        held = checksum(con, table)
        closed = con.execute(
            f"select legal_entity, period, version, {said}_count, {said}_checksum"
            f" from {SCHEMA}.closes where action = 'close'"
        ).fetchall()
        for *month, count, written in closed:
            if held.get(tuple(month), (0, None)) != (count, written):
                entity, period, version = month
                raise ClosingError(
                    f"{SCHEMA}.{table} of {entity} {period:%Y-%m} version {version} isn't what was written"
                    " when it was closed: bring the warehouse's raw_closing back from a backup"
                )


def reported(
    con: duckdb.DuckDBPyConnection,
    definitions: Mapping[str, Definition],
    current: pa.Table,
) -> Iterator[dict[str, Any]]:
    """``metric_values`` as reported: of each closed month its newest version.

    The group is the sum of its entities, of metrics that may be summed, once each that sells has closed.
    """
    rows = (
        con.sql(
            f"""select * from {SCHEMA}.frozen_values
            qualify version = max(version) over (partition by legal_entity, period)"""
        )
        .to_arrow_table()
        .to_pylist()
    )
    for row in rows:
        yield _value(row)
    yield from _of_group(rows, definitions, _entities(current))


def _of_group(
    rows: list[dict[str, Any]],
    definitions: Mapping[str, Definition],
    selling: Mapping[Any, Collection[str]],
) -> Iterator[dict[str, Any]]:
    parts: dict[tuple, list[dict[str, Any]]] = {}
    for row in rows:
        one = definitions.get(row["metric"])
        if row["dimension"] == "legal_entity" and one is not None and one.kind != "ratio":
            key = row["metric"], row["period"], row["currency"]
            parts.setdefault(key, []).append(row)
    closed: dict[Any, set[str]] = {}
    for row in rows:
        closed.setdefault(row["period"], set()).add(row["legal_entity"])
    for (_, period, _), found in parts.items():
        definitions_used = {row["fingerprint"] for row in found}
        if not set(selling.get(period, ())) <= closed[period] or len(definitions_used) > 1:
            continue
        values = [row["value"] for row in found if row["value"] is not None]
        covered = [row["coverage"] for row in found if row["coverage"] is not None]
        statuses = {row["audit_status"] for row in found}
        yield _value(
            found[0]
            | {"dimension": "all", "dimension_value": "all"}
            | {"value": sum(values) if values else None}
            | {"coverage": min(covered) if covered else None}
            | {"audit_status": "warning" if "warning" in statuses else min(statuses)}
        )


def _entities(current: pa.Table) -> dict[Any, set[str]]:
    """Who sold anything in which month."""
    found: dict[Any, set[str]] = {}
    for row in current.to_pylist():
        if row["dimension"] == "legal_entity" and row["grain"] == GRAIN:
            found.setdefault(row["period_start"], set()).add(row["dimension_value"])
    return found


def _value(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "metric": row["metric"],
        "version": row["metric_version"],
        "basis": AS_REPORTED,
        "period_start": row["period"],
        "grain": GRAIN,
        **{name: row[name] for name in ("dimension", "dimension_value", "currency")},
        **{name: row[name] for name in ("value", "coverage", "audit_status")},
    }
