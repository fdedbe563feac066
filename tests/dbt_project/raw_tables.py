"""Raw tables as landing leaves them, filled from dicts: every column of dbt's sources, typed.

What a row means belongs to ``tiny_world``; this module only knows columns and types.
"""

from pathlib import Path
from typing import Any

import duckdb
import yaml

from ingestion.group_views import GROUP_VIEWS, create_views

PROJECT = Path(__file__).parents[2] / "dbt_project"

Row = dict[str, Any]


def sources() -> dict[tuple[str, str], dict[str, str]]:
    """(schema, table) -> column -> type, read from the sources that dbt declares."""
    declared: dict[tuple[str, str], dict[str, str]] = {}
    for path in sorted((PROJECT / "models" / "staging").glob("*/_*__sources.yml")):
        for source in yaml.safe_load(path.read_text())["sources"]:
            for table in source["tables"]:
                columns = {column["name"]: column["data_type"] for column in table["columns"]}
                declared[source["name"], table["name"]] = columns
    return declared


def write(path: Path, rows: dict[tuple[str, str], list[Row]]) -> None:
    """Create every declared raw table in ``path`` and fill those that have rows; then the group's views.

    A key that isn't a declared column is a spelling mistake in a test, so it raises.
    """
    declared = sources()
    with duckdb.connect(str(path)) as con:
        for (schema, table), columns in declared.items():
            con.execute(f"create schema if not exists {schema}")
            if schema == "raw_group" and table in GROUP_VIEWS:
                continue
            body = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
            con.execute(f'create or replace table {schema}."{table}" ({body})')
        for (schema, table), found in rows.items():
            columns = declared[schema, table]
            for row in found:
                unknown = set(row) - set(columns)
                if unknown:
                    raise KeyError(f"{schema}.{table} has no column {sorted(unknown)}")
            marks = ", ".join("?" for _ in columns)
            values = [[row.get(name) for name in columns] for row in found]
            if values:
                con.executemany(f'insert into {schema}."{table}" values ({marks})', values)
    create_views(path)
