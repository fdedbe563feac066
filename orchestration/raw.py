"""Raw tables as Dagster sees them: one asset per table, described once, in dbt's sources."""

import importlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import dagster as dg

from ingestion.tables import column_name, raw_tables

# What landing writes beside the vendor's own fields.
LANDED = {
    "account": "The account of the group; part of every key.",
    "position": "Place in its parent's list, from 1: the element has no id of its own.",
    "_version_at": "What this version is ordered by: the vendor's updated time, else the event's, else the request's.",
    "_received_at": "When it was asked for, UTC.",
    "_version_hash": "Hash of the object as the vendor gave it; equal versions are one.",
    "_deleted": "Whether the vendor says that it is gone.",
    "_extra": "Fields no table declares, as JSON text.",
    "_dlt_load_id": "The load that brought it; staging reads complete loads only.",
}


def descriptions(manifest: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """What dbt's sources say of each raw table: the one place where they are described."""
    return {
        (source["source_name"], source["name"]): source["description"]
        for source in manifest["sources"].values()
    }


def tables_of(system: str) -> dict[str, dict[str, str]]:
    """Every raw table of a system, with its columns' types, as its source declares them."""
    source = importlib.import_module(f"ingestion.sources.{system}")
    declared = {
        table: {column: kind.name for column, kind in columns.items()}
        for table, columns in raw_tables(source.TABLES)
    }
    # dlt's own list of finished packages: what staging takes as complete.
    return {**declared, "_dlt_loads": {"load_id": "text", "status": "bigint"}}


def column_descriptions(system: str) -> dict[str, dict[str, str]]:
    """What each column of a system's raw tables is: its path in the vendor's object, or landing's own."""
    source = importlib.import_module(f"ingestion.sources.{system}")
    said: dict[str, dict[str, str]] = {}
    for table in source.TABLES:
        paths = {column_name(path): f"{path} of the vendor's object." for path in table.columns}
        hashed = {
            column: f"Keyed hash of {path}: joins without showing it."
            for column, path in table.hashed.items()
        }
        above = dict.fromkeys(table.inherited, "Id of what the row belongs to.")
        said[table.name] = LANDED | above | paths | hashed
    return said


def models_after(
    manifest: Mapping[str, Any], schema: str, tables: Collection[str] = ()
) -> set[dg.AssetKey]:
    """The dbt models that rest on the schema's raw tables, or on those named, at any distance."""
    found: set[str] = {
        unique_id
        for unique_id, source in manifest["sources"].items()
        if source["source_name"] == schema and (not tables or source["name"] in tables)
    }
    waiting = list(found)
    while waiting:
        new = set(manifest["child_map"].get(waiting.pop(), [])) - found
        found |= new
        waiting += new
    nodes = [manifest["nodes"][unique_id] for unique_id in found if unique_id.startswith("model.")]
    return {dg.AssetKey([node["schema"], node["alias"]]) for node in nodes}


def spec(
    schema: str,
    table: str,
    *,
    described: Mapping[tuple[str, str], str],
    columns: Mapping[str, str],
    owners: Iterable[str],
    kinds: set[str],
    deps: Sequence[dg.AssetKey] = (),
    said: Mapping[str, str] = LANDED,
) -> dg.AssetSpec:
    """`columns`: name -> type; `said`: name -> description."""
    return dg.AssetSpec(
        key=[schema, table],
        deps=deps,
        group_name=schema,
        description=described.get((schema, table)) or f"{schema}.{table}, as the vendor gave it.",
        owners=[f"team:{owner}" for owner in sorted(set(owners))],
        kinds=kinds,
        metadata={
            "dagster/column_schema": dg.TableSchema(
                [
                    dg.TableColumn(name, type=kind, description=said.get(name))
                    for name, kind in columns.items()
                ]
            )
        },
    )


def materialized(
    schema: str,
    rows: Mapping[str, int],
    metadata: Mapping[str, Any],
    own: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> Iterable[dg.MaterializeResult]:
    """One result per table, with the rows it gained; `metadata` is the step's and stands on each.

    `own`: table -> what is to be said of it alone.
    """
    for table, count in rows.items():
        yield dg.MaterializeResult(
            asset_key=[schema, table],
            metadata={"rows_loaded": count, **metadata, **own.get(table, {})},
        )
