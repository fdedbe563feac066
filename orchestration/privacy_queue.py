"""Legal requests that shops passed on: what is open, until when, and that one was dealt with.

They are read from the events' own store, so they are listed while the warehouse is being written; only
what was decided lies in the warehouse.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from rich.table import Table

from ingestion import load
from ingestion.request import now
from ingestion.webhooks import drain, privacy
from ingestion.webhooks.privacy import DUE
from ingestion.webhooks.store import Store, Stored
from ingestion.webhooks.topics import PRIVACY
from orchestration import environment


def open_requests(store: Store, warehouse: Path) -> list[Stored]:
    """The requests nobody has noted as dealt with, oldest first."""
    decided = _decided(warehouse)
    return [event for event in _all(store) if privacy.request_id(event) not in decided]


def table(store: Store, warehouse: Path) -> Table:
    decided, today = _decided(warehouse), datetime.now(UTC).replace(tzinfo=None)
    listed = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("request", "account", "kind", "came", "due", "status"):
        listed.add_column(column)
    for event in _all(store):
        request, due = privacy.request_id(event), event.received_at + DUE
        status = "done" if request in decided else f"open, {(due - today).days} days left"
        listed.add_row(
            request,
            event.account,
            event.topic,
            f"{event.received_at:%Y-%m-%d}",
            f"{due:%Y-%m-%d}",
            status,
        )
    return listed


def body(store: Store, request: str) -> str:
    """What the shop sent, with the person it is about: for the data steward's eyes."""
    return _one(store, request).body.decode("utf-8", "replace")


def decide(store: Store, request: str, by: str, why: str) -> None:
    """Note that a request was dealt with; needs the writer's turn."""
    event, warehouse = _one(store, request), environment.warehouse_path()
    row = privacy.decision(event.system, event.account, request, by, why, now())
    drain.write({"privacy_decisions": row}, load.workdir_of(warehouse), warehouse)


def _all(store: Store) -> Iterator[Stored]:
    return store.of_topics(PRIVACY)


def _one(store: Store, request: str) -> Stored:
    for event in _all(store):
        if privacy.request_id(event) == request:
            return event
    raise ValueError(
        f"no legal request '{request}' came; `concord webhooks privacy` lists those that did"
    )


def _decided(warehouse: Path) -> set[str]:
    """Ids of what was dealt with; none can be told while a run writes the warehouse."""
    if not warehouse.exists():
        return set()
    try:
        con = duckdb.connect(str(warehouse), read_only=True)
    except duckdb.IOException:
        return set()
    with con:
        if not con.execute(
            "select 1 from duckdb_tables() where schema_name = ? and table_name = 'privacy_decisions'",
            [drain.DATASET],
        ).fetchall():
            return set()
        rows = con.execute(f"select request_id from {drain.DATASET}.privacy_decisions").fetchall()
        return {request for (request,) in rows}
