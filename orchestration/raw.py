"""Raw tables as Dagster sees them: one asset per table, described once, in dbt's sources."""

import importlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dagster as dg

from ingestion.tables import raw_tables


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


def spec(
    schema: str,
    table: str,
    *,
    described: Mapping[tuple[str, str], str],
    columns: Mapping[str, str],
    owners: Iterable[str],
    kinds: set[str],
    deps: Sequence[dg.AssetKey] = (),
) -> dg.AssetSpec:
    return dg.AssetSpec(
        key=[schema, table],
        deps=deps,
        group_name=schema,
        description=described.get((schema, table)) or f"{schema}.{table}, as the vendor gave it.",
        owners=[f"team:{owner}" for owner in sorted(set(owners))],
        kinds=kinds,
        metadata={
            "dagster/column_schema": dg.TableSchema(
                [dg.TableColumn(name, type=kind) for name, kind in columns.items()]
            )
        },
    )


def materialized(
    schema: str, rows: Mapping[str, int], metadata: Mapping[str, Any]
) -> Iterable[dg.MaterializeResult]:
    """One result per table, with the rows it gained; `metadata` is the step's and stands on each."""
    for table, count in rows.items():
        yield dg.MaterializeResult(
            asset_key=[schema, table], metadata={"rows_loaded": count, **metadata}
        )
