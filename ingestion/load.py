"""Load: what a caller needs to bring an account's news into ``raw_<system>``.

Two steps, because only one of them may hold the warehouse:

1. ``extract_account`` asks the vendor, lands and normalises; it never opens the warehouse, so
   accounts may run side by side, one thread each.
2. ``load_prepared`` writes what is prepared; one at a time, under the writer pool.

``load_group_context`` writes the group's own tables and views (``raw_group``). Windows, schedules and assets
don't belong here.
"""

import logging
import shutil
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa

from ingestion import failures, pipelines, source_of, systems, usage
from ingestion.budget import FILE, Budget
from ingestion.group import Account, Group
from ingestion.group_context import GROUP_LOGS, GROUP_TABLES, load_group_context
from ingestion.group_views import GROUP_VIEWS
from ingestion.patience import Patience, configured
from ingestion.request import Completeness, Request, now
from ingestion.results import LoadResult, Prepared, pipeline_name, workdir_of
from ingestion.tables import LOAD_COMPLETENESS, arrow_schema, raw_tables

__all__ = [
    "GROUP_LOGS",
    "GROUP_TABLES",
    "GROUP_VIEWS",
    "Completeness",
    "LoadResult",
    "Prepared",
    "as_of",
    "extract_account",
    "load_group_context",
    "load_prepared",
    "pipeline_name",
    "source_of",
    "systems",
    "workdir_of",
]


logger = logging.getLogger(__name__)


def extract_account(
    account: Account,
    group: Group,
    workdir: str | Path,
    warehouse_path: str | Path,
    patience: Patience | None = None,
    streams: frozenset[str] | None = None,
) -> Prepared:
    """Ask the vendor for what is new, land it typed, leave normalised packages in ``workdir``.

    ``streams``: only these, where the source can read them alone (its ``ALONE``); None: all.

    Opens no warehouse; ``warehouse_path`` is looked at only to see whether the file exists: cursors
    of a warehouse that is gone are dropped with it, so a new one is filled from the start.
    Raises ``IncompleteLoad`` when the vendor gave less than it promised: then neither package nor
    cursor survives, and the next call asks again. Whatever it raises leaves a record (``failures``),
    which the next write brings into the warehouse. Reads secrets from the environment per request.
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
    budget = Budget(account, workdir / FILE)
    patience = replace(patience or configured(), budget=budget)
    request = Request(account, workdir / f"{name}.requests", {}, patience, streams=streams)
    shutil.rmtree(request.folder, ignore_errors=True)

    def rows(cursors: dict[str, str]) -> pipelines.Rows:
        request.cursors = cursors
        yield from home.extract(request)
        yield "load_completeness", _completeness(request)
        yield "api_usage", usage.table(budget, now())

    declared = dict(raw_tables(home.TABLES))
    try:
        counted = pipelines.extract(into, pipelines.source(account.system, declared, rows))
    except Exception as error:
        failures.note(request, home, error, workdir, warehouse_path)
        raise
    finally:
        budget.close()
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
        needless_scopes=request.needless_scopes,
    )


def load_prepared(prepared: Prepared, warehouse_path: str | Path) -> LoadResult:
    """Write an account's packages into the warehouse: the only step that opens it, and it closes it."""
    begun, account = time.monotonic(), prepared.account
    failures.land(account, prepared.workdir, Path(warehouse_path))
    load_ids = pipelines.write(
        prepared.pipeline, f"raw_{account.system}", prepared.workdir, warehouse_path
    )
    return LoadResult(
        system=account.system,
        account=account.account,
        load_ids=load_ids,
        rows=prepared.rows,
        requests=prepared.requests,
        completeness=prepared.completeness,
        vendor_date=prepared.vendor_date,
        seconds=prepared.seconds + time.monotonic() - begun,
        needless_scopes=prepared.needless_scopes,
    )


def as_of(loads: Iterable[Prepared | LoadResult]) -> datetime:
    """The moment this warehouse speaks of: the earliest vendor ``Date`` over the shops loaded.

    On a vendor whose clock stands still it stands still too. Without a shop it is the present.
    """
    dates = [load.vendor_date for load in loads if load.vendor_date and _system(load) == "shopify"]
    return min(dates, default=datetime.now(UTC))


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
