"""Events that wait -> the warehouse: ``raw_webhooks`` as they came, ``raw_<system>`` as the pull would land them.

An event is done when the rows it led to are written; a kill before that lands them again, which changes
nothing. An account whose vendor can't be asked keeps its events waiting and holds up no other.
"""

import logging
import shutil
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion import pipelines
from ingestion.errors import LoadError
from ingestion.group import Account, Group
from ingestion.patience import Patience, shared
from ingestion.request import Request
from ingestion.results import pipeline_name
from ingestion.tables import arrow_schema, columns, raw_tables
from ingestion.types import Type, text, timestamp
from ingestion.webhooks import adyen_objects, privacy, shopify_objects, stripe_objects
from ingestion.webhooks.store import Store, Stored, store_of

CONSUMER = "raw"
BATCH = 2_000  # events brought in at a time: their bodies are held in memory
DATASET = "raw_webhooks"
SAID_MOST = 3  # accounts whose fault is told in one message

EVENTS = columns(
    (text, "system account event_id topic subject"),
    (timestamp, "occurred_at received_at"),
    (text, "body"),
)
TABLES: dict[str, dict[str, Type]] = {
    "events": EVENTS,
    "privacy_requests": dict(privacy.REQUESTS),
    "privacy_decisions": dict(privacy.DECISIONS),
}

# Systems whose events lead to rows of their own; another's stay in ``raw_webhooks``.
OBJECTS = {"adyen": adyen_objects, "shopify": shopify_objects, "stripe": stripe_objects}

logger = logging.getLogger(__name__)


class Undrained(LoadError):  # noqa: N818 it names the state, not the raise
    """Some accounts' events still wait; what was drained stays."""


@dataclass
class Drained:
    """``rows``: by table of ``raw_webhooks``; ``landed``: by system, rows of its raw tables."""

    events: int = 0
    rows: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TABLES, 0))
    landed: dict[str, int] = field(default_factory=dict)
    requests: int = 0
    faults: dict[str, LoadError] = field(default_factory=dict)
    seconds: float = 0.0

    def raise_faults(self) -> None:
        """Raise what accounts failed on, if any did."""
        if not self.faults:
            return
        said = [f"{account}: {fault}" for account, fault in self.faults.items()]
        more = f"; and {len(said) - SAID_MOST} more" if len(said) > SAID_MOST else ""
        raise Undrained(
            f"webhooks: events of {len(said)} accounts still wait, the others' are in:"
            f" {'; '.join(said[:SAID_MOST])}{more}"
        ) from next(iter(self.faults.values()))


def drain(
    group: Group,
    workdir: str | Path,
    warehouse_path: str | Path,
    patience: Patience | None = None,
) -> Drained:
    """Bring in all that waits now. Opens the warehouse, so it needs the writer's turn."""
    begun, workdir, warehouse = (
        time.monotonic(),
        Path(workdir).resolve(),
        Path(warehouse_path).resolve(),
    )
    drained, is_new, file = Drained(), not _has_tables(warehouse), store_of(warehouse)
    if is_new:
        _begin(group, workdir, warehouse)
    if not file.exists():  # nothing was ever taken in
        return drained
    after, store = 0, Store(file)
    if is_new and (count := store.again(CONSUMER, store.numbers())):
        logger.info("webhooks: a new warehouse: %d events are brought in again", count)
    while events := store.waiting(CONSUMER, BATCH, after):
        after = events[-1].number
        _drain(group, store, events, drained, workdir, warehouse, patience)
    drained.seconds = time.monotonic() - begun
    return drained


def write(
    tables: dict[str, pa.Table], workdir: str | Path, warehouse_path: str | Path
) -> dict[str, int]:
    """Append to tables of ``raw_webhooks``; gives back rows by table."""
    workdir, warehouse = Path(workdir).resolve(), Path(warehouse_path).resolve()
    into = pipelines.pipeline("webhooks", DATASET, workdir, str(warehouse))
    pipelines.drain(into)
    counted = pipelines.extract(
        into, pipelines.source("webhooks", TABLES, lambda _: iter(tables.items()))
    )
    pipelines.write("webhooks", DATASET, workdir, warehouse)
    return {name: counted.get(name, 0) for name in TABLES}


def _drain(
    group: Group,
    store: Store,
    events: Sequence[Stored],
    drained: Drained,
    workdir: Path,
    warehouse: Path,
    patience: Patience | None,
) -> None:
    """One batch: each account's objects, then the events themselves, then they are done."""
    contested = store.contested(event for event in events if event.system == "stripe")
    good: list[Stored] = []
    accounts = {account.account: account for account in group.accounts}
    for name in dict.fromkeys(event.account for event in events):
        own = [event for event in events if event.account == name]
        account = accounts.get(name)  # None: the group has it no more; its events are kept raw
        if name in drained.faults:
            continue
        try:
            if account is not None and account.system in OBJECTS:
                with shared(account, workdir, patience) as own_patience:
                    _land(account, own, contested, drained, workdir, warehouse, own_patience)
        except LoadError as fault:
            logger.warning("webhooks: %s: its %d events wait: %s", name, len(own), fault)
            drained.faults[name] = fault
            continue
        good += own
    if not good:
        return
    found = {"events": _rows(good), "privacy_requests": privacy.requests(good)}
    for table, count in write(found, workdir, warehouse).items():
        drained.rows[table] += count
    store.done(CONSUMER, [event.number for event in good])
    drained.events += len(good)


def _land(
    account: Account,
    events: Sequence[Stored],
    contested: Collection[int],
    drained: Drained,
    workdir: Path,
    warehouse: Path,
    patience: Patience,
) -> None:
    """What an account's events are about, in a pipeline of its own: the pull's cursors stay where they are."""
    tables = OBJECTS[account.system].tables(events)
    if not tables:
        return
    name = _pipeline(account)
    request = Request(account, workdir / f"{name}.requests", {}, patience)
    shutil.rmtree(request.folder, ignore_errors=True)
    into = pipelines.pipeline(name, f"raw_{account.system}", workdir, str(warehouse))
    pipelines.drain(into)
    declared = dict(raw_tables(tables))
    try:
        counted = pipelines.extract(
            into,
            pipelines.source(
                account.system,
                declared,
                lambda _: _rows_of(request, events, contested),
            ),
        )
    finally:
        drained.requests += request.requests
        shutil.rmtree(request.folder, ignore_errors=True)
    pipelines.write(name, f"raw_{account.system}", workdir, warehouse)
    landed = drained.landed.get(account.system, 0)
    drained.landed[account.system] = landed + sum(counted.values())


def _rows_of(
    request: Request, events: Sequence[Stored], contested: Collection[int]
) -> Iterator[tuple[str, pa.Table]]:
    if request.account.system == "stripe":
        return stripe_objects.rows(request, events, contested)
    return OBJECTS[request.account.system].rows(request, events)


def _begin(group: Group, workdir: Path, warehouse: Path) -> None:
    """A warehouse without these tables is new: what dlt knows of an older one is forgotten, and they are made."""
    pipelines.forget("webhooks", workdir)
    for account in group.accounts:
        pipelines.forget(_pipeline(account), workdir)
    write({}, workdir, warehouse)


def _has_tables(warehouse: Path) -> bool:
    if not warehouse.exists():
        return False
    with duckdb.connect(str(warehouse), read_only=True) as con:
        return bool(
            con.execute(
                "select 1 from duckdb_tables() where schema_name = ? and table_name = 'events'",
                [DATASET],
            ).fetchall()
        )


def _pipeline(account: Account) -> str:
    return f"{pipeline_name(account.system, account.account)}__webhooks"


def _rows(events: Sequence[Stored]) -> pa.Table:
    listed = [
        {
            "system": event.system,
            "account": event.account,
            "event_id": event.event_id,
            "topic": event.topic,
            "subject": event.subject,
            "occurred_at": event.occurred_at,
            "received_at": event.received_at,
            "body": event.body.decode("utf-8", "replace"),
        }
        for event in events
    ]
    return pa.Table.from_pylist(listed, schema=arrow_schema(EVENTS))
