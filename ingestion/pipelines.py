"""The dlt plumbing: settings in code, one pipeline per account, packages left behind by a kill.

dlt's own settings and secrets files, its environment variables and its telemetry are not used.
"""

import importlib
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import dlt
import duckdb
import pyarrow as pa
from dlt.common.configuration.container import Container
from dlt.common.configuration.providers import ConfigProvider, CustomLoaderDocProvider
from dlt.common.configuration.specs import PluggableRunContext
from dlt.common.configuration.specs.config_providers_context import ConfigProvidersContainer
from dlt.common.schema.typing import TColumnSchema
from dlt.extract import DltSource
from dlt.pipeline.exceptions import PipelineStepFailed

from ingestion.errors import LoadError
from ingestion.tables import arrow_schema
from ingestion.types import Type

SETTINGS: Mapping[str, Any] = {
    "runtime": {"dlthub_telemetry": False, "log_level": "ERROR"},
    # Arrow tables get _dlt_load_id only when asked for; staging reads complete loads by it.
    "normalize": {"parquet_normalizer": {"add_dlt_load_id": True}},
    # Loaded files hold personal data: they don't outlive the load.
    "load": {"delete_completed_jobs": True, "workers": 2},
    "enable_runtime_trace": False,
}
MEMORY_LIMIT = "800MB"  # of DuckDB while it writes
Tables = Mapping[str, Mapping[str, Type]]
Rows = Iterator[tuple[str, pa.Table]]


def settle() -> None:
    """Make SETTINGS dlt's only configuration in this process."""
    with suppress(ImportError):
        # Arrow imports pandas when it first needs it; dlt, in another thread, takes a module that is
        # half imported for a whole one and fails on it. Accounts run side by side, so: whole, first.
        importlib.import_module("pandas")
    context = Container()[PluggableRunContext]
    providers: list[ConfigProvider] = [CustomLoaderDocProvider("concord", lambda: dict(SETTINGS))]
    if [provider.name for provider in context.providers.providers] != ["concord"]:
        context.providers = ConfigProvidersContainer(providers)


def pipeline(
    name: str, dataset: str, workdir: Path, warehouse: str | duckdb.DuckDBPyConnection
) -> dlt.Pipeline:
    """A fresh pipeline object over its working folder; used once, because dlt's objects wear out.

    With a path the warehouse stays shut until a load; a load gives its own open connection, because
    dlt would open and close the file once per table.
    """
    settle()
    return dlt.pipeline(
        name,
        pipelines_dir=str(workdir),
        destination=dlt.destinations.duckdb(warehouse),
        dataset_name=dataset,
    )


def source(
    name: str, tables: Tables, rows: Callable[[dict[str, str]], Rows], *, replace: bool = False
) -> DltSource:
    """A fresh dlt source: every table the dataset hasn't got, empty, with its types; then the rows.

    ``rows`` is given the cursors kept in dlt's state and may change them; they are kept only if it
    ends without raising.
    """

    @dlt.resource(name=name, write_disposition="replace" if replace else "append")
    def everything() -> Iterator[Any]:
        known = dlt.current.source_schema().tables
        for table, columns in tables.items():
            if not set(columns) <= set(known.get(table, {}).get("columns", {})):
                hints = dlt.mark.make_hints(table_name=table, columns=_hints(columns))
                empty = arrow_schema(columns).empty_table()
                yield dlt.mark.with_hints(empty, hints, create_table_variant=True)
        for table, arrow in rows(dlt.current.source_state().setdefault("cursors", {})):
            yield dlt.mark.with_table_name(arrow, table)

    @dlt.source(name=name)
    def system() -> Any:
        return everything

    return system()


def extract(into: dlt.Pipeline, source: DltSource) -> Mapping[str, int]:
    """Extract and normalise; gives back rows per table. Raises what the source raised, as it was."""
    try:
        into.extract(source, loader_file_format="parquet")
        counted = into.normalize().row_counts
    except PipelineStepFailed as failed:
        cause: BaseException | None = failed
        while cause is not None and not isinstance(cause, LoadError):
            cause = cause.__cause__ or cause.__context__
        if cause is not None:
            raise cause from None
        raise
    return {name: rows for name, rows in counted.items() if not name.startswith("_dlt")}


def write(name: str, dataset: str, workdir: Path, warehouse_path: str | Path) -> tuple[str, ...]:
    """Write a pipeline's pending packages into the warehouse, which is open meanwhile; the load ids."""
    path = Path(warehouse_path).resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as warehouse:
        warehouse.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        # A log's rows have no order: so DuckDB may write with every core, and in less memory.
        warehouse.execute("set preserve_insertion_order = false")
        return tuple(pipeline(name, dataset, workdir, warehouse).load().loads_ids)


def drain(into: dlt.Pipeline) -> int:
    """Finish normalising what an earlier run left; gives back how many packages wait to be loaded.

    Half-written packages of a run that died are removed: their cursor was never kept.
    """
    normalize = Path(into.working_dir) / "normalize"
    for folder in normalize.iterdir() if normalize.exists() else ():
        if folder.is_dir() and folder.name != "extracted":
            shutil.rmtree(folder)
    # Normalising ends with a rename into `normalized`, then removes what it read: killed in between, both stand.
    for load_id in set(into.list_extracted_load_packages()) & set(
        into.list_normalized_load_packages()
    ):
        shutil.rmtree(normalize / "extracted" / load_id)
    if into.list_extracted_load_packages():
        into.normalize()
    return len(into.list_normalized_load_packages())


def has_loaded(name: str, workdir: Path) -> bool:
    """Whether a pipeline ever wrote into its warehouse."""
    loaded = workdir / name / "load" / "loaded"
    return loaded.exists() and any(loaded.iterdir())


def forget(name: str, workdir: Path) -> None:
    """Drop a pipeline's packages and cursors."""
    shutil.rmtree(workdir / name, ignore_errors=True)


def _hints(columns: Mapping[str, Type]) -> dict[str, TColumnSchema]:
    """Timestamps without a zone: dlt would add one. The rest dlt reads off the Arrow schema."""
    return {
        name: {"name": name, "data_type": "timestamp", "timezone": False, "precision": 6}
        for name, type_ in columns.items()
        if type_.name == "timestamp"
    }
