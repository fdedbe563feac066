"""The group's own tables, ``raw_group``: who its accounts are and what moment the warehouse speaks of."""

import time
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from ingestion import decisions, pipelines, source_of, systems
from ingestion.group import Group
from ingestion.group_views import create_views, systems_without_tables
from ingestion.request import naive
from ingestion.results import LoadResult
from ingestion.tables import arrow_schema, columns, raw_tables
from ingestion.types import text, timestamp

GROUP_TABLES = {
    "accounts": columns(
        (text, "system account legal_entity zone currency owner group_currency group_zone")
    ),
    "run_context": columns((timestamp, "as_of"), (text, "group_name group_currency group_zone")),
}
GROUP_LOGS = {decisions.TABLE: decisions.DECISIONS}  # appended to, never replaced


def load_group_context(
    group: Group, as_of: datetime, workdir: str | Path, warehouse_path: str | Path
) -> LoadResult:
    """Replace ``raw_group.accounts`` and the one-row ``raw_group.run_context``. Opens the warehouse.

    What people decided stays, ``raw_group.dead_letter_decisions``; the first time it is made, empty.
    Systems this group has no account of get their tables too, empty: models read all systems. Then
    the logs of all of them are shown as one view each (``group_views``).
    """
    begun, workdir = time.monotonic(), Path(workdir).resolve()
    shared = {"group_currency": group.currency, "group_zone": group.zone}
    given = {
        "accounts": [
            {
                **{
                    name: getattr(account, name)
                    for name in GROUP_TABLES["accounts"]
                    if name not in shared
                },
                **shared,
            }
            for account in group.accounts
            if account.system in systems()  # of one that only sends events nothing is loaded
        ],
        "run_context": [{"as_of": naive(as_of), "group_name": group.name, **shared}],
    }

    def rows(_: dict[str, str]) -> pipelines.Rows:
        for table, listed in given.items():
            yield table, pa.Table.from_pylist(listed, schema=arrow_schema(GROUP_TABLES[table]))

    # What an earlier run left of these tables is out of date by definition.
    pipelines.forget("group", workdir)
    into = pipelines.pipeline("group", "raw_group", workdir, str(Path(warehouse_path).resolve()))
    counted = pipelines.extract(into, pipelines.source("group", GROUP_TABLES, rows, replace=True))
    load_ids = pipelines.write("group", "raw_group", workdir, warehouse_path)
    for system in systems_without_tables(warehouse_path):
        _create_empty(system, workdir, warehouse_path)
    shown = create_views(warehouse_path)
    decided = decisions.count(workdir, Path(warehouse_path).resolve())
    rows_by_table = {**counted, **shown, decisions.TABLE: decided}
    return LoadResult("group", "group", load_ids, rows_by_table, seconds=time.monotonic() - begun)


def _create_empty(system: str, workdir: Path, warehouse_path: str | Path) -> None:
    name, dataset, tables = f"{system}_no_account", f"raw_{system}", source_of(system).TABLES
    pipelines.forget(name, workdir)
    into = pipelines.pipeline(name, dataset, workdir, str(Path(warehouse_path).resolve()))
    pipelines.extract(into, pipelines.source(system, dict(raw_tables(tables)), lambda _: iter(())))
    pipelines.write(name, dataset, workdir, warehouse_path)
