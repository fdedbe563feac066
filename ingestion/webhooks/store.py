"""Where events wait: one SQLite file beside the warehouse, written before the vendor gets its answer.

Grain: one row per event an account sent, keyed (account, event_id); a second delivery is not stored again.
Each consumer has its own list of what it hasn't done yet, so one that is slow or off holds up no other.
Moments are UTC without a zone, to the microsecond. Nothing here knows the warehouse.
"""

import queue
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

CONSUMERS = ("raw", "live")  # the drain into the warehouse, and the fast lane
MOST_AT_ONCE = 500  # events written by one commit; a commit costs one wait for the disk
WAIT_SECONDS = 30.0  # for another process that writes, before an event is refused

COLUMNS = "system, account, event_id, topic, occurred_at, received_at, body, subject"
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


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """One event as it came. ``subject``: the vendor's id of the object it is about, where it names one."""

    system: str
    account: str
    event_id: str
    topic: str
    occurred_at: datetime | None
    received_at: datetime
    body: bytes
    subject: str | None = None


@dataclass(frozen=True, kw_only=True)
class Stored(Arrived):
    """An event in the store; ``number`` rises in the order of arrival."""

    number: int


class Store:
    """One file, any number of processes. Events are written by one thread, many per commit."""

    def __init__(self, file: Path) -> None:
        self.file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)  # bodies hold names and addresses
        self._arrivals: queue.SimpleQueue[tuple[Arrived, Future[bool]] | None]
        self._arrivals = queue.SimpleQueue()
        self._writer: threading.Thread | None = None
        self._starting = threading.Lock()
        with self._open() as con:
            con.execute("pragma journal_mode = wal")
            con.executescript(SCHEMA)

    def put(self, event: Arrived) -> bool:
        """Keep an event; returns when it is on disk. False: it was there already."""
        return self.submit(event).result()

    def submit(self, event: Arrived) -> "Future[bool]":
        """``put`` for whoever has other things to do until the event is on disk."""
        with self._starting:
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name="webhooks", daemon=True)
                self._writer.start()
        kept: Future[bool] = Future()
        self._arrivals.put((event, kept))
        return kept

    def close(self) -> None:
        """Write what was submitted, then stop the writing thread."""
        with self._starting:
            if self._writer is not None:
                self._arrivals.put(None)
                self._writer.join()
                self._writer = None

    def waiting(self, consumer: str, limit: int, after: int = 0) -> list[Stored]:
        """What a consumer hasn't done yet, oldest first; ``after``: only what has a greater number."""
        with self._open() as con:
            rows = con.execute(
                f"select e.number, {COLUMNS} from waiting as w join events as e on e.number = w.number"
                " where w.consumer = ? and w.number > ? order by w.number limit ?",
                [_known(consumer), after, limit],
            )
            return [_stored(row) for row in rows]

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
            return _moment(found)

    def since(
        self, moment: datetime, system: str | None = None, account: str | None = None
    ) -> Iterator[Stored]:
        """Every event that came at or after a moment, in the order of arrival."""
        with self._open() as con:
            rows = con.execute(
                f"select number, {COLUMNS} from events where received_at >= ?1"
                " and system = coalesce(?2, system) and account = coalesce(?3, account)"
                " order by number",
                [_text(moment), system, account],
            )
            yield from map(_stored, rows)

    def of_topics(self, topics: Sequence[str]) -> Iterator[Stored]:
        """Every event of some topics, in the order of arrival."""
        with self._open() as con:
            marks = ", ".join("?" for _ in topics)
            yield from map(
                _stored,
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
                    [event.account, event.subject, _text(event.occurred_at)],
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

    def _write(self) -> None:
        with closing(self._connect()) as con:
            while (first := self._arrivals.get()) is not None:
                batch, ended = [first], False
                while len(batch) < MOST_AT_ONCE and not self._arrivals.empty():
                    following = self._arrivals.get()
                    if following is None:
                        ended = True
                        break
                    batch.append(following)
                _commit(con, batch)
                if ended:
                    return

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


def _commit(con: sqlite3.Connection, batch: list[tuple[Arrived, "Future[bool]"]]) -> None:
    """Write a batch as one; each sender hears of it only when the disk has it, or why it hasn't."""
    try:
        con.execute("begin immediate")
        new = [_insert(con, event) for event, _ in batch]
        con.execute("commit")
    except sqlite3.Error as error:
        if con.in_transaction:
            con.execute("rollback")
        for _, kept in batch:
            kept.set_exception(error)
        return
    for (_, kept), is_new in zip(batch, new, strict=True):
        kept.set_result(is_new)


def _insert(con: sqlite3.Connection, event: Arrived) -> bool:
    found = con.execute(
        f"insert into events ({COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?)"
        " on conflict (account, event_id) do nothing returning number",
        [
            event.system,
            event.account,
            event.event_id,
            event.topic,
            None if event.occurred_at is None else _text(event.occurred_at),
            _text(event.received_at),
            event.body,
            event.subject,
        ],
    ).fetchone()
    if found is None:
        return False
    con.executemany(
        "insert into waiting values (?, ?)", [(consumer, found[0]) for consumer in CONSUMERS]
    )
    return True


def _known(consumer: str) -> str:
    if consumer not in CONSUMERS:
        raise ValueError(
            f"webhooks: no consumer '{consumer}' of events; choose from {', '.join(CONSUMERS)}"
        )
    return consumer


def _stored(row: tuple) -> Stored:
    number, system, account, event_id, topic, occurred_at, received_at, body, subject = row
    return Stored(
        number=number,
        system=system,
        account=account,
        event_id=event_id,
        topic=topic,
        occurred_at=_moment(occurred_at),
        received_at=datetime.fromisoformat(received_at),
        body=body,
        subject=subject,
    )


def _text(moment: datetime) -> str:
    return moment.isoformat(sep=" ", timespec="microseconds")


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
