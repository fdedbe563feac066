"""dbt in this process against a warehouse file, and what is then in it."""

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest

from tests.dbt_project.raw_tables import PROJECT


@contextmanager
def environment(warehouse: Path) -> Iterator[None]:
    """Everything dbt writes goes beside the warehouse file, never into the checkout."""
    settings = {
        "WAREHOUSE": "duckdb",
        "WAREHOUSE_PATH": str(warehouse),
        "DBT_TARGET_PATH": str(warehouse.parent / "target"),
        "DBT_LOG_PATH": str(warehouse.parent / "logs"),
    }
    with mock.patch.dict(os.environ, settings):
        yield


def dbt(warehouse: Path, *arguments: str, project: Manifest | None = None) -> dbtRunnerResult:
    """Run a dbt command; afterwards nobody in this process holds the warehouse."""
    folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--quiet"]
    with environment(warehouse):
        try:
            return dbtRunner(project).invoke([*arguments, *folders])
        finally:
            DuckDBConnectionManager.close_all_connections()


@cache
def project_of(database: str) -> Manifest:
    """The project, parsed once for all warehouses of a name: dbt parses anew for each path.

    From what the line parsed, where that is of this name: it leaves out the folder as well.
    """
    known = PROJECT / "target" / "partial_parse.msgpack"
    file = ("--partial-parse-file-path", str(known)) if known.exists() else ()
    with TemporaryDirectory() as folder, contextlib.chdir(folder):
        outcome = dbt(Path(f"{database}.duckdb"), "parse", "--no-write-json", *file)
    assert isinstance(outcome.result, Manifest), outcome.exception
    return outcome.result


def build(warehouse: Path, *arguments: str) -> dbtRunnerResult:
    """``dbt build``, which must succeed: the message names every node that did not."""
    outcome = dbt(warehouse, "build", *arguments, project=project_of(warehouse.stem))
    failures = [
        f"{result.node.unique_id}: {result.status} {result.message}"
        for result in getattr(outcome.result, "results", [])
        if result.status not in ("success", "pass", "skipped")
    ]
    assert outcome.success, "\n".join(failures) or str(outcome.exception)
    return outcome


def rows(warehouse: Path, query: str) -> list[dict[str, Any]]:
    with duckdb.connect(str(warehouse), read_only=True) as con:
        cursor = con.execute(query)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
