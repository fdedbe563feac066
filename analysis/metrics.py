"""Metric evaluation: dbt's semantic manifest and an open warehouse in, ``metric_values`` out.

Nothing here knows a formula: statements come from ``metric_queries``. Ratios are divided here, in
decimals: money is exact or absent.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext
from typing import Any

import duckdb
import pyarrow as pa

from analysis.metric_definitions import Definition, read
from analysis.metric_formulas import MetricError
from analysis.metric_queries import Compiler, Query, queries

VALUES = pa.schema(
    [
        ("metric", pa.string()),
        ("version", pa.int64()),
        ("basis", pa.string()),
        ("period_start", pa.date32()),
        *((name, pa.string()) for name in ("grain", "dimension", "dimension_value", "currency")),
        ("value", pa.decimal128(38, 4)),
        ("coverage", pa.decimal128(9, 6)),
        ("audit_status", pa.string()),
    ]
)
"""One row per metric, period, dimension value and currency."""
CURRENT = "current"
PLACES, SHARE_PLACES = Decimal("0.0001"), Decimal("0.000001")


def evaluate(
    manifest: Mapping[str, Any],
    con: duckdb.DuckDBPyConnection,
    group_currency: str,
    audit_status: Mapping[str, str],
) -> pa.Table:
    """Every metric at its grains and dimensions, as ``VALUES``.

    ``audit_status``: mart as schema.table -> passed or warning; one that isn't named is unaudited.
    Only reads ``con``.
    """
    definitions = read(manifest)
    rows = answered(
        Compiler(manifest), definitions, queries(definitions), con, group_currency, audit_status
    )
    return pa.Table.from_pylist(list(rows), schema=VALUES)


def answered(
    compiler: Compiler,
    definitions: Mapping[str, Definition],
    asked: Iterable[Query],
    con: duckdb.DuckDBPyConnection,
    group_currency: str,
    audit_status: Mapping[str, str],
) -> Iterator[dict[str, Any]]:
    """The values that answer these queries, as rows of ``VALUES``."""
    for query in asked:
        for found in _answers(con, compiler.sql(query, definitions)):
            yield from _values(query, found, definitions, group_currency, audit_status)


def _answers(con: duckdb.DuckDBPyConnection, sql: str) -> Iterator[dict[str, Any]]:
    found = con.execute(sql)
    names = [column[0] for column in found.description or ()]
    for row in found.fetchall():
        yield dict(zip(names, row, strict=True))


def _values(
    query: Query,
    found: Mapping[str, Any],
    definitions: Mapping[str, Definition],
    group_currency: str,
    audit_status: Mapping[str, str],
) -> Iterator[dict[str, Any]]:
    by = {name.rpartition("__")[2]: value for name, value in found.items() if "__" in name}
    period = by[query.grain]
    for name in query.metrics:
        one = definitions[name]
        money = {"group": group_currency, "native": by.get("currency"), "none": None}
        coverage = _ratio(found, definitions[one.coverage], SHARE_PLACES) if one.coverage else None
        yield {
            "metric": name,
            "version": one.version,
            "basis": CURRENT,
            "period_start": period.date() if isinstance(period, datetime) else period,
            "grain": query.grain,
            "dimension": query.dimension,
            "dimension_value": "all" if query.dimension == "all" else by[query.dimension],
            "currency": money[one.money],
            "value": _ratio(found, one, PLACES) if one.kind == "ratio" else _exact(one, found),
            "coverage": coverage,
            "audit_status": _worst(one.relations, audit_status),
        }


def _exact(one: Definition, found: Mapping[str, Any]) -> Decimal | None:
    value = found[one.name]
    if value is None:
        # No row matched: of a count that is none, of money it is nothing to speak of.
        return Decimal(0) if one.money == "none" else None
    if isinstance(value, float):
        raise MetricError(
            f"metric {one.name}: its values come as doubles; sum decimals or integers, and divide only"
            " by a metric of type ratio"
        )
    return Decimal(value)


def _ratio(found: Mapping[str, Any], one: Definition, places: Decimal) -> Decimal | None:
    """Numerator over denominator, rounded once; a share is rounded down, so that 1 means all."""
    above, below = (found[name] for name in one.inputs)
    if above is None or not below:
        return None
    rounding = ROUND_DOWN if places is SHARE_PLACES else ROUND_HALF_UP
    with localcontext(prec=60):
        return (Decimal(above) / Decimal(below)).quantize(places, rounding)


def _worst(relations: Sequence[str], audit_status: Mapping[str, str]) -> str:
    said = {audit_status.get(relation, "unaudited") for relation in relations}
    return next(status for status in ("unaudited", "warning", "passed") if status in said)
