"""Loads that failed leave a record: which stream, what was promised of it, what came, and why.

Of a failed load neither rows nor cursor survive. What says so is a package of its own, in a pipeline of
its own beside the account's: it waits on disk until the warehouse is free, so that a kill doesn't lose it.
What a failure means for a run (retries, the message) is its caller's business.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa

from ingestion import pipelines, usage
from ingestion.dead_letters import of_object
from ingestion.errors import LoadError, VendorError
from ingestion.group import Account
from ingestion.request import Request, naive, now
from ingestion.results import pipeline_name
from ingestion.tables import DEAD_LETTERS, LOAD_COMPLETENESS, arrow_schema, raw_tables

WHOLE = "*"  # the stream of a failure that concerns all of an account
STREAM = (
    "stream:"  # how the source_id of a stream's letter begins: a stream has no id of the vendor's
)


def note(
    request: Request, home: ModuleType, error: Exception, workdir: Path, warehouse_path: Path
) -> None:
    """Write down that a load failed; ``land`` brings it into the warehouse, which isn't opened here."""
    account, name = request.account, _pipeline(request.account)
    if pipelines.has_loaded(name, workdir) and not warehouse_path.exists():
        pipelines.forget(name, workdir)
    into = pipelines.pipeline(name, f"raw_{account.system}", workdir, str(warehouse_path))
    pipelines.drain(into)

    def rows(_: dict[str, str]) -> pipelines.Rows:
        yield "load_completeness", _completeness(request, home, error)
        if isinstance(error, VendorError):
            yield "dead_letters", _letter(request, home, error)
        if request.patience.budget:
            yield "api_usage", usage.table(request.patience.budget, now())

    declared = dict(raw_tables(home.TABLES))
    pipelines.extract(into, pipelines.source(account.system, declared, rows))


def land(account: Account, workdir: Path, warehouse_path: Path) -> tuple[str, ...]:
    """Bring what was noted of an account's failures into the warehouse, if there is any; the load ids."""
    name = _pipeline(account)
    waiting = workdir / name / "load" / "normalized"
    if not waiting.exists() or not any(waiting.iterdir()):
        return ()
    return pipelines.write(name, f"raw_{account.system}", workdir, warehouse_path)


def streams_of(home: ModuleType) -> list[str]:
    """The streams of a source that each of its whole loads tells the completeness of."""
    if hasattr(home, "STREAMS"):
        return [stream.name for stream in home.STREAMS]
    return [table.name for table in home.TABLES if table.parent is None]


def _pipeline(account: Account) -> str:
    return f"{pipeline_name(account.system, account.account)}__failures"


def _completeness(request: Request, home: ModuleType, error: Exception) -> pa.Table:
    said = error if isinstance(error, LoadError) else LoadError("")
    rows = [
        {
            "account": request.account.account,
            "stream": stream,
            "window_start": _reached(request, stream),
            "window_end": naive(request.vendor_date or datetime.now(UTC)),
            "expected": said.expected,
            "landed": said.landed,
            "status": said.outcome,
            "checked_at": now(),
        }
        for stream in _stopped(request, home, said)
    ]
    return pa.Table.from_pylist(rows, schema=arrow_schema(LOAD_COMPLETENESS))


def _letter(request: Request, home: ModuleType, error: VendorError) -> pa.Table:
    streams = _stopped(request, home, error)
    stream = streams[0] if len(streams) == 1 else WHOLE
    reached = _reached(request, stream)
    since = f" since {reached.isoformat()}" if reached else ""
    asked = f"{stream}{since}" + (f" at {error.asked}" if error.asked else "")
    row: dict[str, Any] = of_object(
        request.account, stream, f"{STREAM}{stream}", str(error), asked, now()
    )
    return pa.Table.from_pylist([row], schema=arrow_schema(DEAD_LETTERS))


def _stopped(request: Request, home: ModuleType, error: LoadError) -> Sequence[str]:
    return [error.stream] if error.stream else sorted(request.streams or streams_of(home))


def _reached(request: Request, stream: str) -> datetime | None:
    """From when a stream was read on; none of one that goes on by numbers, not by time."""
    if request.window:
        return request.window[0]
    try:
        return datetime.fromisoformat(request.cursors.get(stream, ""))
    except ValueError:
        return None
