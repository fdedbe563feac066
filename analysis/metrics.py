"""Metric evaluation: dbt's semantic manifest and an open warehouse in, ``metric_values`` out.

MetricFlow compiles each query from the manifest in this process (about 20 ms); nothing here knows a
formula. It divides in doubles, so of a ratio only the two sides are asked and the division is done
here, in decimals: money is exact or absent.
"""

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext
from typing import Any

import duckdb
import pyarrow as pa

from analysis.metric_definitions import Definition, MetricError, read

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


@dataclass(frozen=True)
class Query:
    """Metrics that one statement answers: same semantic model, grain, dimension and kind of money."""

    model: str
    grain: str
    dimension: str  # all, or a dimension's name
    is_native: bool
    metrics: tuple[str, ...]


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
    compiler = Compiler(manifest)
    rows: list[dict[str, Any]] = []
    for query in queries(definitions):
        sql = compiler.sql(query, definitions)
        for found in _answers(con, sql):
            rows += _values(query, found, definitions, group_currency, audit_status)
    return pa.Table.from_pylist(rows, schema=VALUES)


def queries(definitions: Mapping[str, Definition]) -> Iterator[Query]:
    """As few statements as there are combinations of model, grain, dimension and money."""
    wanted: dict[tuple[str, str, str, bool], list[str]] = {}
    for one in definitions.values():
        for grain in one.grains:
            for dimension in ("all", *one.dimensions):
                place = (one.model, grain, dimension, one.money == "native")
                wanted.setdefault(place, []).append(one.name)
    for place, names in wanted.items():
        yield Query(*place, tuple(names))


class Compiler:
    """MetricFlow over one manifest; relations are named without a database: the open one is meant."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        from metricflow.engine.metricflow_engine import MetricFlowEngine
        from metricflow.protocols.sql_client import SqlEngine
        from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
        from metricflow_semantics.model.dbt_manifest_parser import (
            parse_manifest_from_dbt_generated_manifest,
        )
        from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

        class Client:
            """What the engine asks of a warehouse when it only compiles."""

            sql_engine_type = SqlEngine.DUCKDB
            sql_plan_renderer = DuckDbSqlPlanRenderer()

        parsed = parse_manifest_from_dbt_generated_manifest(json.dumps(_without_database(manifest)))
        self._engine = MetricFlowEngine(SemanticManifestLookup(parsed), Client())  # pyright: ignore[reportArgumentType]
        self._entity = {
            model["name"]: model["primary_entity"]
            or next(e["name"] for e in model["entities"] if e["type"] == "primary")
            for model in manifest["semantic_models"]
        }

    def sql(self, query: Query, definitions: Mapping[str, Definition]) -> str:
        from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

        by = [f"metric_time__{query.grain}", *self._dimensions(query)]
        asked = MetricFlowQueryRequest.create(
            metric_names=sorted(_asked(query.metrics, definitions)), group_by_names=by
        )
        return self._engine.explain(asked).sql_statement.sql

    def _dimensions(self, query: Query) -> list[str]:
        names = [query.dimension] if query.dimension != "all" else []
        names += ["currency"] if query.is_native else []
        return [f"{self._entity[query.model]}__{name}" for name in names]


def _without_database(manifest: Mapping[str, Any]) -> dict[str, Any]:
    named = copy.deepcopy(dict(manifest))
    relations = [model["node_relation"] for model in named["semantic_models"]]
    relations += [spine["node_relation"] for spine in named["project_configuration"]["time_spines"]]
    for relation in relations:
        relation["database"] = None
        relation["relation_name"] = '"{schema_name}"."{alias}"'.format(**relation)
    return named


def _asked(names: Sequence[str], definitions: Mapping[str, Definition]) -> set[str]:
    """What MetricFlow is to compute: of a ratio its two sides, beside it its coverage's two sides."""
    asked: set[str] = set()
    for name in names:
        one = definitions[name]
        asked |= set(one.inputs) if one.kind == "ratio" else {name}
        if one.coverage:
            asked |= set(definitions[one.coverage].inputs)
    return asked


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
