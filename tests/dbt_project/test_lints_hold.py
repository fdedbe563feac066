"""The project holds to its own rules; ``test_lints_catch`` shows that each rule bites."""

import importlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pyarrow as pa
import pytest
import sqlglot
from dbt.adapters.spark import connections as spark
from sqlglot.schema import MappingSchema, Schema

from ingestion import systems
from ingestion.group_context import GROUP_LOGS, GROUP_TABLES
from ingestion.group_views import GROUP_VIEWS
from ingestion.tables import raw_tables as landed_tables
from ingestion.webhooks.drain import TABLES as WEBHOOK_TABLES
from tests.dbt_project import lint_grain, lint_portable, lint_project, raw_tables, warehouse

SQL_LINTS: list[Callable[[str, str], Iterator[str]]] = [
    lint_portable.constructs_not_portable,
    lint_portable.functions_not_portable,
    lint_portable.nulls_unordered,
    lint_grain.money_inexact,
    lint_grain.sums_over_currencies,
    lint_grain.keys_without_account,
]
ARROW_NAMES = {
    pa.string(): "string",
    pa.bool_(): "boolean",
    pa.int64(): "bigint",
    pa.date32(): "date",
    pa.timestamp("us"): "timestamp",
    pa.decimal128(38, 4): "decimal(38,4)",
    pa.decimal128(18, 10): "decimal(18,10)",
}


@pytest.fixture(scope="module")
def columns(built: Path) -> Schema:
    schema: lint_portable.Columns = {}
    for row in warehouse.rows(built, "select * from information_schema.columns"):
        relation = schema.setdefault(row["table_schema"], {}).setdefault(row["table_name"], {})
        relation[row["column_name"]] = row["data_type"]
    return MappingSchema(dict(schema), dialect="duckdb")


@pytest.mark.parametrize("lint", SQL_LINTS, ids=lambda lint: lint.__name__)
def test_every_model_is_clean(
    manifest: dict[str, Any], lint: Callable[[str, str], Iterator[str]]
) -> None:
    offences = [
        offence
        for model in lint_project.models(manifest)
        for offence in lint(model["compiled_code"], model["original_file_path"])
    ]
    assert not offences, "\n".join(offences)


def test_no_model_reads_a_column_in_the_select_that_makes_it(
    manifest: dict[str, Any], columns: Schema
) -> None:
    offences = [
        offence
        for model in lint_project.models(manifest)
        for offence in lint_portable.aliases_reused(
            model["compiled_code"], model["original_file_path"], columns
        )
    ]
    assert not offences, "\n".join(offences)


def test_nothing_is_handwritten_that_a_macro_renders_per_engine(manifest: dict[str, Any]) -> None:
    offences = [
        offence
        for model in lint_project.models(manifest)
        for offence in lint_portable.handwritten(model["raw_code"], model["original_file_path"])
    ]
    assert not offences, "\n".join(offences)


def test_marts_list_their_columns_and_are_documented_typed_owned_and_keyed(
    manifest: dict[str, Any],
) -> None:
    offences = [*lint_project.keys_untested(manifest)]
    for model in lint_project.public_models(manifest):
        offences += lint_portable.stars(model["compiled_code"], model["original_file_path"])
        offences += lint_project.undocumented(model)
        offences += lint_project.types_not_portable(model)
    assert not offences, "\n".join(offences)


def test_no_key_or_relation_is_tested_without_account(manifest: dict[str, Any]) -> None:
    assert not [*lint_project.tests_without_account(manifest)]


def test_nothing_that_dbt_builds_holds_a_float(built: Path) -> None:
    floats = warehouse.rows(
        built,
        """select table_schema, table_name, column_name from information_schema.columns
           where data_type in ('DOUBLE', 'FLOAT') and table_schema not like 'raw_%'""",
    )
    assert floats == []


def test_sources_are_what_ingestion_lands() -> None:
    landed = {}
    for system in systems():
        source = importlib.import_module(f"ingestion.sources.{system}")
        for table, types in landed_tables(source.TABLES):
            names = {name: ARROW_NAMES[kind.arrow] for name, kind in types.items()}
            landed[f"raw_{system}", table] = {**names, "_dlt_load_id": "string"}
    for table, types in (GROUP_TABLES | GROUP_LOGS | dict(GROUP_VIEWS)).items():
        landed["raw_group", table] = {n: ARROW_NAMES[kind.arrow] for n, kind in types.items()}
    for table, types in WEBHOOK_TABLES.items():
        names = {name: ARROW_NAMES[kind.arrow] for name, kind in types.items()}
        landed["raw_webhooks", table] = {**names, "_dlt_load_id": "string"}
    declared = {
        key: value
        for key, value in raw_tables.sources().items()
        if key[0].startswith("raw_")
        and key[0] not in ("raw_closing", "raw_identity")  # ours, no landing's
        and key[1] != "_dlt_loads"
    }
    offences = [*lint_project.columns_apart(landed, declared)]
    assert not offences, "\n".join(offences)


def test_every_model_compiles_for_spark_without_a_cluster(tmp_path: Path) -> None:
    """Compiles, never more: dbt-spark only checks that a driver is there, so three names stand in."""
    with (
        mock.patch.object(spark, "ThriftState", object()),
        mock.patch.object(spark, "THttpClient", object()),
        mock.patch.object(spark, "hive", object()),
    ):
        outcome = warehouse.dbt(
            tmp_path / "none.duckdb",
            "compile",
            "--target",
            "spark",
            "--select",
            "resource_type:model",
            "--no-introspect",
            "--no-populate-cache",
        )
    assert outcome.success, outcome.exception
    manifest = json.loads((tmp_path / "target" / "manifest.json").read_text())
    compiled = {m["name"]: m["compiled_code"] for m in lint_project.models(manifest)}
    for name, sql in compiled.items():
        assert sqlglot.parse_one(sql, dialect="spark"), name
    assert "from_utc_timestamp" in compiled["int_orders__dated"]
    assert "timezone(" not in compiled["int_orders__dated"]
