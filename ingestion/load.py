"""Load: what a caller needs to bring an account's news into ``raw_<system>``.

Two steps, because only one of them may hold the warehouse:

1. ``extract_account`` asks the vendor, lands and normalises; it never opens the warehouse, so
   accounts may run side by side, one thread each.
2. ``load_prepared`` writes what is prepared; one at a time, under the writer pool.

``load_group_context`` writes the group's own tables (``raw_group``). Windows, schedules and assets
don't belong here.
"""

import importlib
import logging
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import duckdb
import pyarrow as pa

from ingestion import pipelines, systems
from ingestion.group import Account, Group
from ingestion.http import Patience
from ingestion.request import Completeness, Request, naive, now
from ingestion.tables import LOAD_COMPLETENESS, arrow_schema, columns, raw_tables
from ingestion.types import text, timestamp

__all__ = [
    "Completeness",
    "LoadResult",
    "Prepared",
    "as_of",
    "extract_account",
    "load_group_context",
    "load_prepared",
    "systems",
    "workdir_of",
]


GROUP_TABLES = {
    "accounts": columns(
        (text, "system account legal_entity zone currency owner group_currency group_zone")
    ),
    "run_context": columns((timestamp, "as_of"), (text, "group_name group_currency group_zone")),
}

MEMORY_LIMIT = "800MB"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Prepared:
    """An account's packages on disk, normalised and ready for ``load_prepared``.

    ``pending`` counts packages a killed or failed run left behind; they load first.
    """

    account: Account
    workdir: Path
    vendor_date: datetime | None
    rows: Mapping[str, int]
    requests: int
    completeness: tuple[Completeness, ...]
    seconds: float
    pending: int = 0

    @property
    def pipeline(self) -> str:
        return pipeline_name(self.account.system, self.account.account)


@dataclass(frozen=True)
class LoadResult:
    """What now stands in the warehouse: the load ids written and rows per raw table."""

    system: str
    account: str
    load_ids: tuple[str, ...]
    rows: Mapping[str, int] = field(default_factory=dict)
    requests: int = 0
    completeness: tuple[Completeness, ...] = ()
    vendor_date: datetime | None = None
    seconds: float = 0.0

    @property
    def dead_letters(self) -> int:
        return self.rows.get("dead_letters", 0)


def pipeline_name(system: str, account: str) -> str:
    """One dlt pipeline per account: two accounts never share a cursor or a package."""
    return f"{system}_{account}".replace("-", "_")


def workdir_of(warehouse_path: str | Path) -> Path:
    """Where dlt works for a warehouse: ``<its folder>/dlt/<its name>``."""
    path = Path(warehouse_path)
    return path.parent / "dlt" / path.stem


def extract_account(
    account: Account,
    group: Group,
    workdir: str | Path,
    warehouse_path: str | Path,
    patience: Patience | None = None,
) -> Prepared:
    """Ask the vendor for what is new, land it typed, leave normalised packages in ``workdir``.

    Opens no warehouse; ``warehouse_path`` is looked at only to see whether the file exists: cursors
    of a warehouse that is gone are dropped with it, so a new one is filled from the start.
    Raises ``IncompleteLoad`` when the vendor gave less than it promised: then neither package nor
    cursor survives, and the next call asks again. Reads secrets from the environment per request.
    """
    begun, name = time.monotonic(), pipeline_name(account.system, account.account)
    workdir, warehouse_path = Path(workdir).resolve(), Path(warehouse_path).resolve()
    if pipelines.has_loaded(name, workdir) and not warehouse_path.exists():
        pipelines.forget(name, workdir)
    into = pipelines.pipeline(name, f"raw_{account.system}", workdir, str(warehouse_path))
    pending = pipelines.drain(into)
    if pending:
        logger.info("%s, %s: %d packages of an earlier run load first", group.name, name, pending)
    home = source_of(account.system)
    request = Request(account, workdir / f"{name}.requests", {}, patience or Patience())
    shutil.rmtree(request.folder, ignore_errors=True)

    def rows(cursors: dict[str, str]) -> pipelines.Rows:
        request.cursors = cursors
        yield from home.extract(request)
        yield "load_completeness", _completeness(request)

    declared = dict(raw_tables(home.TABLES))
    try:
        counted = pipelines.extract(into, pipelines.source(account.system, declared, rows))
    finally:
        shutil.rmtree(request.folder, ignore_errors=True)
    return Prepared(
        account=account,
        workdir=workdir,
        vendor_date=request.vendor_date,
        rows={table: counted.get(table, 0) for table in declared},
        requests=request.requests,
        completeness=tuple(request.completeness),
        seconds=time.monotonic() - begun,
        pending=pending,
    )


def load_prepared(prepared: Prepared, warehouse_path: str | Path) -> LoadResult:
    """Write an account's packages into the warehouse: the only step that opens it, and it closes it."""
    begun, account = time.monotonic(), prepared.account
    load_ids = _write(prepared.pipeline, f"raw_{account.system}", prepared.workdir, warehouse_path)
    return LoadResult(
        system=account.system,
        account=account.account,
        load_ids=load_ids,
        rows=prepared.rows,
        requests=prepared.requests,
        completeness=prepared.completeness,
        vendor_date=prepared.vendor_date,
        seconds=prepared.seconds + time.monotonic() - begun,
    )


def load_group_context(
    group: Group, as_of: datetime, workdir: str | Path, warehouse_path: str | Path
) -> LoadResult:
    """Replace ``raw_group.accounts`` and the one-row ``raw_group.run_context``. Opens the warehouse."""
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
    load_ids = _write("group", "raw_group", workdir, warehouse_path)
    return LoadResult("group", "group", load_ids, counted, seconds=time.monotonic() - begun)


def as_of(loads: Iterable[Prepared | LoadResult]) -> datetime:
    """The moment this warehouse speaks of: the earliest vendor ``Date`` over the shops loaded.

    On a vendor whose clock stands still it stands still too. Without a shop it is the present.
    """
    dates = [load.vendor_date for load in loads if load.vendor_date and _system(load) == "shopify"]
    return min(dates, default=datetime.now(UTC))


def source_of(system: str) -> ModuleType:
    """A system's home: its ``TABLES`` and its ``extract``."""
    return importlib.import_module(f"ingestion.sources.{system}")


def _write(name: str, dataset: str, workdir: Path, warehouse_path: str | Path) -> tuple[str, ...]:
    path = Path(warehouse_path).resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(path)) as warehouse:
        warehouse.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        return pipelines.load(pipelines.pipeline(name, dataset, workdir, warehouse))


def _system(load: Prepared | LoadResult) -> str:
    return load.account.system if isinstance(load, Prepared) else load.system


def _completeness(request: Request) -> pa.Table:
    listed = [
        {
            "account": request.account.account,
            "stream": check.stream,
            "window_start": check.window_start,
            "window_end": check.window_end,
            "expected": check.expected,
            "landed": check.landed,
            "status": "complete",  # what isn't never gets here: it raises IncompleteLoad
            "checked_at": now(),
        }
        for check in request.completeness
    ]
    return pa.Table.from_pylist(listed, schema=arrow_schema(LOAD_COMPLETENESS))
