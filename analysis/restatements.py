"""Restatements: a closed month evaluated again, cause by cause; the frozen log and its states in, rows out.

Each state of the month (``intermediate.int_closed_days__restated``) is evaluated by the metrics' one definition,
as if it were ``revenue_daily``. What a cause did is the move between two states, so causes sum to the difference
without a rest, ratios included. The first cause is the definition itself: frozen rows by today's formula.
"""

import copy
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from analysis import closing, metrics
from analysis.metric_definitions import read
from analysis.metric_queries import Compiler, queries

RESTATEMENTS = pa.schema(
    [
        *(("legal_entity", pa.string()), ("period", pa.date32()), ("version", pa.int64())),
        *(("metric", pa.string()), ("metric_version", pa.int64())),
        *((name, pa.string()) for name in ("dimension", "dimension_value", "currency")),
        *((name, pa.decimal128(38, 4)) for name in ("as_reported", "current")),
        *(("cause", pa.string()), ("difference", pa.decimal128(38, 4))),
    ]
)
"""One row per metric value of a closed month and cause that moved it."""
Place = tuple[str, date, int, str, str, str, str | None]
"""entity, month, version, metric, dimension, its value, currency."""
STATES = {"schema_name": "intermediate", "alias": "int_closed_days__restated"}
# In a state's row these stand for the entity and the account, so that one query answers for all states.
KEYS = {"legal_entity": "state_of_entity", "account": "state_of_account"}


def evaluate(
    manifest: Mapping[str, Any], con: duckdb.DuckDBPyConnection, group_currency: str
) -> pa.Table:
    """What became of every reported value, as ``RESTATEMENTS``. Only reads ``con``."""
    reported = con.sql(f"select * from {closing.SCHEMA}.frozen_values").to_arrow_table()
    if not reported.num_rows:
        return RESTATEMENTS.empty_table()
    states = _states(manifest, con, group_currency)
    causes = [
        cause
        for _, cause in con.execute(
            "select distinct state, cause from {schema_name}.{alias} order by state".format(
                **STATES
            )
        ).fetchall()
    ]
    versions = {name: one.version for name, one in read(manifest).items()}
    was = {_place(row): row["value"] for row in reported.to_pylist()}
    closed = {(*month, metric) for *month, metric, _, _, _ in was}
    # A metric that is measured no more can't be compared; one that wasn't yet has nothing to be compared with.
    places = {key[1:] for key in states}
    rows: list[dict[str, Any]] = []
    for place in sorted(places | set(was), key=str):
        if place[:4] in closed and place[3] in versions:
            values = [states.get((state, *place)) for state in range(len(causes))]
            rows += _moves(place, was.get(place), values, causes, versions[place[3]])
    return pa.Table.from_pylist(rows, schema=RESTATEMENTS)


def _moves(
    place: Place,
    reported: Decimal | None,
    values: list[Decimal | None],
    causes: list[str],
    version: int,
) -> Iterator[dict[str, Any]]:
    before = reported or Decimal(0)
    for cause, value in zip(causes, values, strict=True):
        after = value or Decimal(0)
        if after != before:
            yield dict(
                zip(
                    RESTATEMENTS.names,
                    (*place[:4], version, *place[4:], reported, values[-1]),
                    strict=False,
                )
            ) | {"cause": cause, "difference": after - before}
        before = after


def _states(
    manifest: Mapping[str, Any], con: duckdb.DuckDBPyConnection, group_currency: str
) -> dict[tuple, Decimal | None]:
    """(state, place) -> value of every closed metric in every state of every closed month."""
    definitions = read(manifest)
    asked = [
        query
        for query in queries(definitions)
        if query.model == closing.MODEL and query.grain == closing.GRAIN and query.dimension in KEYS
    ]
    found: dict[tuple, Decimal | None] = {}
    compiler = Compiler(_over_states(manifest))
    for value in metrics.answered(compiler, definitions, asked, con, group_currency, {}):
        entity, month, version, state, *account = value["dimension_value"].split("|")
        place = (
            *(entity, date.fromisoformat(month), int(version)),
            *(value["metric"], value["dimension"], account[0] if account else entity),
            value["currency"],
        )
        found[int(state), *place] = value["value"]
    return found


def _place(row: Mapping[str, Any]) -> Place:
    month = row["legal_entity"], row["period"], row["version"]
    return *month, row["metric"], row["dimension"], row["dimension_value"], row["currency"]


def _over_states(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest with the closed months' states in place of the mart that its metrics read."""
    changed = copy.deepcopy(dict(manifest))
    for model in changed["semantic_models"]:
        if model["name"] == closing.MODEL:
            model["node_relation"] |= STATES
            for dimension in model["dimensions"]:
                if dimension["name"] in KEYS:
                    dimension["expr"] = KEYS[dimension["name"]]
    return changed
