"""Metrics as statements: MetricFlow compiles them from dbt's semantic manifest, about 20 ms each.

It divides in doubles, so of a ratio only the two sides are asked; the division is ``metrics``' business.
"""

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.metric_definitions import Definition


@dataclass(frozen=True)
class Query:
    """Metrics that one statement answers: same semantic model, grain, dimension and kind of money."""

    model: str
    grain: str
    dimension: str  # all, or a dimension's name
    is_native: bool
    metrics: tuple[str, ...]


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
