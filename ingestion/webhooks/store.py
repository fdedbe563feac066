"""Where events wait: one SQLite file beside the warehouse, written before the vendor gets its answer.

Grain: one row per event an account sent, keyed (account, event_id); a second delivery is not stored again.
Each consumer has its own list of what it hasn't done yet, so one that is slow or off holds up no other.
Moments are UTC without a zone, to the microsecond. Nothing here knows the warehouse.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from ingestion.webhooks.events import COLUMNS, Arrived, Stored, moment, said, stored
from ingestion.webhooks.writer import CONSUMERS, Writer

__all__ = ["CONSUMERS", "Arrived", "Store", "Stored", "store_of"]

WAIT_SECONDS = 30.0  # for another process that writes, before an event is refused

SCHEMA = """
create table if not exists events (
    number integer primary key,
    system text not null,
    account text not null,
    event_id text not null,
    topic text not null,
    occurred_at text,
    received_at text not null,
    body blob not null,
    subject text,
    unique (account, event_id)
);
create index if not exists events_by_moment on events (received_at);
create index if not exists events_by_topic on events (topic);
create index if not exists events_by_subject on events (account, subject, occurred_at);
create table if not exists waiting (
    consumer text not null,
    number integer not null references events (number),
    primary key (consumer, number)
) without rowid;
"""


class Store:
    """One file, any number of processes. Events are written by one thread, many per commit."""

    def __init__(self, file: Path) -> None:
        self.file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)  # bodies hold names and addresses
        self._writer = Writer(self._connect)
        with self._open() as con:
            con.execute("pragma journal_mode = wal")
            con.executescript(SCHEMA)

    def put(self, event: Arrived) -> bool:
        """Keep an event; returns when it is on disk. False: it was there already."""
        return self.submit(event).result()

    def submit(self, event: Arrived) -> "Future[bool]":
        """``put`` for whoever has other things to do until the event is on disk."""
        return self._writer.submit(event)

    def close(self) -> None:
        """Write what was submitted, then stop the writing thread."""
        self._writer.close()

    def waiting(self, consumer: str, limit: int, after: int = 0) -> list[Stored]:
        """What a consumer hasn't done yet, oldest first; ``after``: only what has a greater number."""
        with self._open() as con:
            rows = con.execute(
                f"select e.number, {COLUMNS} from waiting as w join events as e on e.number = w.number"
                " where w.consumer = ? and w.number > ? order by w.number limit ?",
                [_known(consumer), after, limit],
            )
            return [stored(row) for row in rows]

    def done(self, consumer: str, numbers: Sequence[int]) -> None:
        """These need not be given to this consumer again."""
        with self._changing() as con:
            con.executemany(
                "delete from waiting where consumer = ? and number = ?",
                [(_known(consumer), number) for number in numbers],
            )

    def depth(self, consumer: str) -> int:
        """How many events a consumer hasn't done yet."""
        with self._open() as con:
            (count,) = con.execute(
                "select count(*) from waiting where consumer = ?", [_known(consumer)]
            ).fetchone()
            return count

    def oldest(self, consumer: str) -> datetime | None:
        """When the event came that a consumer has left waiting longest."""
        with self._open() as con:
            (found,) = con.execute(
                "select min(received_at) from waiting join events using (number)"
                " where consumer = ?",
                [_known(consumer)],
            ).fetchone()
            return moment(found)

    def since(
        self, begin: datetime, system: str | None = None, account: str | None = None
    ) -> Iterator[Stored]:
        """Every event that came at or after a moment, in the order of arrival."""
        with self._open() as con:
            rows = con.execute(
                f"select number, {COLUMNS} from events where received_at >= ?1"
                " and system = coalesce(?2, system) and account = coalesce(?3, account)"
                " order by number",
                [said(begin), system, account],
            )
            yield from map(stored, rows)

    def of_topics(self, topics: Sequence[str]) -> Iterator[Stored]:
        """Every event of some topics, in the order of arrival."""
        with self._open() as con:
            marks = ", ".join("?" for _ in topics)
            yield from map(
                stored,
                con.execute(
                    f"select number, {COLUMNS} from events where topic in ({marks}) order by number",
                    list(topics),
                ),
            )

    def numbers(self) -> list[int]:
        """Every event's number, in the order of arrival."""
        with self._open() as con:
            return [number for (number,) in con.execute("select number from events order by 1")]

    def again(self, consumer: str, numbers: Iterable[int]) -> int:
        """Give a consumer these events once more, beside what waits already; gives back how many."""
        listed = [(_known(consumer), number) for number in numbers]
        with self._changing() as con:
            con.executemany("insert or ignore into waiting values (?, ?)", listed)
        return len(listed)

    def contested(self, events: Iterable[Stored]) -> set[int]:
        """Of these, the numbers of those that another event of the same object and second competes with."""
        with self._open() as con:
            return {
                event.number
                for event in events
                if event.subject is not None
                and event.occurred_at is not None
                and con.execute(
                    "select count(*) from events where account = ? and subject = ? and occurred_at = ?",
                    [event.account, event.subject, said(event.occurred_at)],
                ).fetchone()[0]
                > 1
            }

    def topics(self) -> list[tuple[str, str, str, int, int, datetime]]:
        """System, account, topic, events kept, those of them that wait for raw, when the last one came."""
        with self._open() as con:
            rows = con.execute(
                "select system, account, topic, count(*), count(w.number), max(received_at)"
                " from events as e left join waiting as w on w.number = e.number and w.consumer = 'raw'"
                " group by system, account, topic order by system, account, topic"
            )
            return [(*row[:5], datetime.fromisoformat(row[5])) for row in rows]

    def _connect(self) -> sqlite3.Connection:
        con = sqlite3.connect(self.file, timeout=WAIT_SECONDS, isolation_level=None)
        con.execute("pragma synchronous = full")  # a commit returns when the disk has it
        return con

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(self._connect()) as con:
            yield con

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with self._open() as con:
            con.execute("begin immediate")
            yield con
            con.execute("commit")


def store_of(warehouse_path: str | Path) -> Path:
    """The events' file of a warehouse: beside it, and never inside it."""
    return Path(warehouse_path).resolve().parent / "webhooks.sqlite"


def _known(consumer: str) -> str:
    if consumer not in CONSUMERS:
        raise ValueError(
            f"webhooks: no consumer '{consumer}' of events; choose from {', '.join(CONSUMERS)}"
        )
    return consumer
