"""Measure: every metric of `models/marts/_metrics.yml`, evaluated over this run's marts into schema `metrics`.

It reads audited marts, so it starts when their audits have passed and can say with each value what they said.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pyarrow as pa

from orchestration import audit_results, environment, raw
from orchestration.identity import RUN_CONTEXT
from orchestration.writer import RETRIES, WRITER, only_transient_faults_are_retried

SCHEMA = "metrics"
OWNER = "data-platform"


def assets(
    semantics: Mapping[str, Any], described: Mapping[tuple[str, str], str]
) -> dg.AssetsDefinition:
    """`semantics`: dbt's semantic manifest, which names the marts that metrics read."""
    from analysis.metric_definitions import DEFINITIONS
    from analysis.metrics import VALUES
    from analysis.restatements import RESTATEMENTS, STATES

    tables = {
        "metric_values": VALUES,
        "metric_definitions": DEFINITIONS,
        "restatements": RESTATEMENTS,
    }
    read = [dg.AssetKey(relation.split(".")) for relation in relations(semantics)]
    read += [dg.AssetKey([STATES["schema_name"], STATES["alias"]])]

    @dg.multi_asset(
        name="measure",
        specs=[
            raw.spec(
                SCHEMA,
                table,
                described=described,
                columns={column.name: str(column.type) for column in schema},
                owners=[OWNER],
                kinds={"python", "duckdb"},
                deps=[*read, RUN_CONTEXT],
            )
            for table, schema in tables.items()
        ],
        pool=WRITER,
        retry_policy=RETRIES,
    )
    def measure(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        with only_transient_faults_are_retried():
            rows = evaluate(semantics, environment.warehouse_path(), context.run_id)
        yield from raw.materialized(SCHEMA, rows, {})

    return measure


def relations(semantics: Mapping[str, Any]) -> list[str]:
    """The marts that metrics read, as schema.table."""
    nodes = [model["node_relation"] for model in semantics["semantic_models"]]
    return sorted({f"{node['schema_name']}.{node['alias']}" for node in nodes})


def after(manifest: Mapping[str, Any]) -> set[dg.AssetKey]:
    """The models that show what was measured: they can't be built before."""
    return raw.models_after(manifest, SCHEMA)


def evaluate(semantics: Mapping[str, Any], warehouse: Path, run_id: str) -> dict[str, int]:
    """Replace every table, all or nothing; rows per table."""
    from analysis import closing, metric_definitions, metrics, restatements

    status = audit_results.statuses(warehouse, run_id)
    with duckdb.connect(str(warehouse)) as con:
        found = con.execute("select group_currency from raw_group.run_context").fetchone()
        if found is None:
            raise ValueError("raw_group.run_context is empty: load the group first, concord run")
        definitions = metric_definitions.read(semantics)
        current = metrics.evaluate(semantics, con, found[0], status)
        closing.verify(con)
        reported = list(closing.reported(con, definitions, current))
        written = {
            "metric_values": pa.concat_tables(
                [current, pa.Table.from_pylist(reported, schema=metrics.VALUES)]
            ),
            "metric_definitions": metric_definitions.table(definitions),
            "restatements": restatements.evaluate(semantics, con, found[0]),
        }
        con.execute(f"create schema if not exists {SCHEMA}")
        con.execute("begin")
        for table, rows in written.items():
            _replace(con, table, rows)
        con.execute("commit")
    return {table: rows.num_rows for table, rows in written.items()}


def _replace(con: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    con.register("measured", rows)
    con.execute(f"create or replace table {SCHEMA}.{table} as select * from measured")
    con.unregister("measured")
