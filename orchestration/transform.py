"""Transform: every model, seed and test of `dbt_project/` as one step, which Dagster splits around identity."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets

from orchestration import dbt_run, environment, money_totals
from orchestration.writer import WRITER

UNIQUE_ID = "dagster_dbt/unique_id"
MARTS = "marts"


# A build speaks for one moment, so its first models wait until load has said which. Without this Dagster
# would split the step once more per load step it follows.
MOMENT = dg.AssetKey(["raw_group", "run_context"])


class Translator(DagsterDbtTranslator):
    """Asset key = [schema, table]; group = schema; owner from the model's meta."""

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetSpec:
        spec = super().get_asset_spec(manifest, unique_id, project)
        parents = manifest["parent_map"].get(unique_id, [])
        is_first = not unique_id.startswith("source.") and all(
            parent.startswith("source.") for parent in parents
        )
        if not is_first or any(dep.asset_key == MOMENT for dep in spec.deps):
            return spec
        return spec.replace_attributes(deps=[*spec.deps, MOMENT])

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey([dbt_resource_props["source_name"], dbt_resource_props["name"]])
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["alias"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return self.get_asset_key(dbt_resource_props).path[0]

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str] | None:
        owner = dbt_resource_props["config"].get("meta", {}).get("owner")
        return [f"team:{owner}"] if owner else None

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return dbt_resource_props["description"]


def assets(manifest: Mapping[str, Any]) -> dg.AssetsDefinition:
    @dbt_assets(
        manifest=manifest, name="transform", dagster_dbt_translator=Translator(), pool=WRITER
    )
    def transform(context: dg.AssetExecutionContext) -> Iterator[Any]:
        definition = context.assets_def
        tables = {
            spec.metadata[UNIQUE_ID]: spec.key
            for spec in definition.specs
            if spec.key in context.selected_asset_keys
        }
        checks = {
            spec.metadata[UNIQUE_ID]: spec.key
            for spec in definition.check_specs
            if spec.key in context.selected_asset_check_keys
        }
        names = [manifest["nodes"][unique_id]["name"] for unique_id in [*tables, *checks]]

        def announce(name: str, status: str) -> None:
            # A test that passed is an asset check soon: said twice it would cost twice to keep.
            if status != "pass":
                context.log.info(f"{status}: {name}")

        results = dbt_run.build(names, announce)
        built = {
            key: result
            for result in results
            if (key := tables.get(result.node.unique_id)) and result.status == "success"
        }
        held = _held(built)
        for key, result in built.items():
            seconds = {"seconds": round(result.execution_time, 2)}
            yield dg.MaterializeResult(asset_key=key, metadata=seconds | held[key])
        for result in results:
            if (check := checks.get(result.node.unique_id)) and result.status != "skipped":
                yield _checked(check, result)
        failed = [result for result in results if result.status not in {*dbt_run.GOOD, "skipped"}]
        if failed:
            raise dg.Failure(_said_of(failed), allow_retries=False)

    return transform


def _checked(key: dg.AssetCheckKey, result: Any) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=key.asset_key,
        check_name=key.name,
        passed=result.status == "pass",
        severity=dg.AssetCheckSeverity.WARN
        if result.status == "warn"
        else dg.AssetCheckSeverity.ERROR,
        metadata={"failing_rows": result.failures or 0, "message": result.message or ""},
    )


def _said_of(failed: list[Any]) -> str:
    each = "; ".join(
        f"{result.node.name}: {' '.join((result.message or result.status).split())}"
        for result in failed
    )
    return (
        f"{len(failed)} dbt nodes failed: {each}."
        f" The SQL as it ran: {environment.dbt_target() / 'compiled'}"
    )


def _held(built: Iterable[dg.AssetKey]) -> dict[dg.AssetKey, dict[str, Any]]:
    """Rows of each table, and the money in each mart; views are not counted."""
    with duckdb.connect(str(environment.warehouse_path()), read_only=True) as con:
        rows = {
            (schema, table): rows
            for schema, table, rows in con.execute(
                "select schema_name, table_name, estimated_size from duckdb_tables()"
            ).fetchall()
        }
        (currency,) = con.execute(
            "select max(group_currency) from raw_group.run_context"
        ).fetchone() or ("",)
        held: dict[dg.AssetKey, dict[str, Any]] = {}
        for key in built:
            schema, table = key.path
            counted = rows.get((schema, table))
            held[key] = {} if counted is None else {"dagster/row_count": counted}
            if schema == MARTS:
                held[key] |= money_totals.of_table(con, schema, table, currency)
        return held
