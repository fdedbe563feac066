"""Budgets in one SQLite file: short transactions, so that many processes count as one.

A rolling window holds one row per request. It leaves the window counted from when its answer came: the
vendor counted it before that, so whoever keeps to our window keeps to the vendor's, however slow the wire.
A bucket is a level and when it was seen; it fills from then on.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Literal

BUSY_SECONDS = 30.0
LOST_SECONDS = 300.0  # a request without an answer for so long died with its process
IN_FLIGHT = 0.02  # seconds until we look again whether an answer came
SCHEMA = """
create table if not exists budgets (
    system text, account text, api text, period text, unit text, allowed real, seconds real,
    level real, seen_at real, ends_at real, stated integer, primary key (system, account, api, period));
create table if not exists taken (
    ticket integer primary key, system text, account text, api text, period text,
    asked_at real, answered_at real);
create index if not exists taken_by_limit on taken (system, account, api, period);
"""
WHERE = "system = ? and account = ? and api = ? and period = ?"


@dataclass(frozen=True)
class Limit:
    """``allowed`` units per ``seconds``; a bucket holds that much and fills in that time.

    ``api``: what the vendor counts together; ``unit``: requests, or points of a price it puts on each.
    """

    api: str
    unit: Literal["requests", "points"]
    period: Literal["second", "10s", "minute", "bucket", "day"]
    allowed: float
    seconds: float

    @property
    def key(self) -> tuple[str, str]:
        return self.api, self.period


class Lacking(Exception):  # noqa: N818 an instruction to wait
    """A limit hasn't got what was asked; it will in ``seconds``, if nobody else takes it."""

    def __init__(self, limit: Limit, seconds: float) -> None:
        super().__init__(limit.api)
        self.limit, self.seconds = limit, seconds


@dataclass
class Taken:
    """``tickets``: what to settle each limit with; ``used``: how much of each is taken now."""

    tickets: dict[tuple[str, str], int] = field(default_factory=dict)
    used: dict[tuple[str, str], float] = field(default_factory=dict)


class BudgetFile:
    """The budgets of one account; without a file they live in memory."""

    def __init__(self, file: Path | None, system: str, account: str) -> None:
        self._whose, self._lock = (system, account), Lock()
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
        self._con = sqlite3.connect(
            file or ":memory:", BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        self._prepare(time.monotonic() + BUSY_SECONDS)

    def _prepare(self, deadline: float) -> None:
        """The file's log and tables. Switching to the log needs the file alone; SQLite doesn't wait for that."""
        ready = False
        while not ready:
            try:
                self._con.execute("pragma journal_mode = wal")
                self._con.execute("pragma synchronous = normal")
                self._con.executescript(SCHEMA)
                ready = True
            except sqlite3.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(IN_FLIGHT)

    def close(self) -> None:
        self._con.close()

    def known(self, limit: Limit) -> tuple[float, float]:
        """``allowed`` and ``seconds`` of a limit: as the vendor last stated them, else as given."""
        with self._lock:
            row = self._con.execute(
                f"select allowed, seconds, stated from budgets where {WHERE}", self._key(limit)
            ).fetchone()
        if row is None or not row[2]:
            if row is None or row[:2] != (limit.allowed, limit.seconds):
                self.know(limit, stated=False)
            return limit.allowed, limit.seconds
        return row[0], row[1]

    def know(self, limit: Limit, *, stated: bool) -> None:
        """Keep a limit; a bucket of another size is full until the vendor says otherwise."""
        with self._lock:
            self._con.execute(
                "insert into budgets values (?, ?, ?, ?, ?, ?, ?, ?, ?, null, ?)"
                " on conflict do update set allowed = excluded.allowed, seconds = excluded.seconds,"
                " level = case when allowed = excluded.allowed then level else excluded.level end,"
                " seen_at = case when allowed = excluded.allowed then seen_at else excluded.seen_at end,"
                " stated = excluded.stated",
                (
                    *self._key(limit),
                    *(limit.unit, limit.allowed, limit.seconds, limit.allowed, time.time(), stated),
                ),
            )

    def take(self, limits: Sequence[Limit], points: float, reserve: float) -> Taken:
        """One request of each limit, all or none; raises ``Lacking`` for the one that is furthest off."""
        with self._lock, self._turn():
            taken, lacking = Taken(), []
            for limit in limits:
                try:
                    self._take(limit, points, reserve, taken)
                except Lacking as found:
                    lacking.append(found)
            if lacking:
                raise max(lacking, key=lambda each: each.seconds)
            return taken

    def settle(self, limit: Limit, ticket: int, given_back: float, available: float | None) -> None:
        """The answer came: a window counts from now on, a bucket gets back what wasn't used."""
        with self._lock, self._turn():
            if limit.period == "bucket":
                # Others' requests may be under way, so the vendor's word only ever lowers the level.
                level = self._level(limit) + given_back
                level = min(level, limit.allowed, limit.allowed if available is None else available)
                self._con.execute(
                    f"update budgets set level = ?, seen_at = ? where {WHERE}",
                    (level, time.time(), *self._key(limit)),
                )
            elif limit.period != "day":
                self._con.execute(
                    "update taken set answered_at = ? where ticket = ?", (time.time(), ticket)
                )

    def note(self, limit: Limit, left: float, ends_at: float) -> None:
        with self._lock:
            self._con.execute(
                f"update budgets set level = ?, seen_at = ?, ends_at = ? where {WHERE}",
                (left, time.time(), ends_at, *self._key(limit)),
            )

    def left(self, limit: Limit) -> tuple[float, float] | None:
        """What is left of a day and the seconds until it ends; None: nobody said, or that day is over."""
        with self._lock:
            row = self._con.execute(
                f"select level, ends_at from budgets where {WHERE}", self._key(limit)
            ).fetchone()
        if row is None or row[1] is None or row[1] <= time.time():
            return None
        return row[0], row[1] - time.time()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One transaction that others wait for; nothing of it stays if it raises."""
        self._con.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._con.execute("rollback")
            raise
        self._con.execute("commit")

    def _take(self, limit: Limit, points: float, reserve: float, taken: Taken) -> None:
        key, kept = self._key(limit), limit.allowed * reserve
        if limit.period == "day":
            self._con.execute(f"update budgets set level = level - 1 where {WHERE}", key)
            taken.tickets[limit.key], taken.used[limit.key] = 0, 0.0
            return
        if limit.period == "bucket":
            level = self._level(limit)
            # Dearer than what may be used at all: then a full bucket has to do.
            wanted = min(points + kept, limit.allowed)
            if level < wanted:
                raise Lacking(limit, max((wanted - level) * limit.seconds / limit.allowed, 0.01))
            self._con.execute(
                f"update budgets set level = ?, seen_at = ? where {WHERE}",
                (level - points, time.time(), *key),
            )
            taken.tickets[limit.key] = 0
            taken.used[limit.key] = limit.allowed - level + points
            return
        self._forget(limit)
        answers = self._con.execute(
            f"select answered_at from taken where {WHERE} order by answered_at nulls last", key
        ).fetchall()
        beyond = len(answers) - max(1, int(limit.allowed - kept))
        if beyond >= 0:
            (answered,) = answers[beyond]
            free = IN_FLIGHT if answered is None else answered + limit.seconds - time.time()
            raise Lacking(limit, max(free, 0.001))
        asked = self._con.execute(
            "insert into taken (system, account, api, period, asked_at) values (?, ?, ?, ?, ?)",
            (*key, time.time()),
        )
        taken.tickets[limit.key] = int(asked.lastrowid or 0)
        taken.used[limit.key] = len(answers) + 1

    def _forget(self, limit: Limit) -> None:
        """Requests that have left the window, and those that never will: their process is gone."""
        now = time.time()
        self._con.execute(
            f"delete from taken where {WHERE} and (answered_at <= ? or answered_at > ?"
            " or answered_at is null and asked_at < ?)",
            # An answer from the future: the clock was set back.
            (*self._key(limit), now - limit.seconds, now + 1, now - LOST_SECONDS),
        )

    def _level(self, limit: Limit) -> float:
        row = self._con.execute(
            f"select level, seen_at from budgets where {WHERE}", self._key(limit)
        ).fetchone()
        level, seen_at = row or (limit.allowed, time.time())
        filled = max(0.0, time.time() - seen_at) * limit.allowed / limit.seconds
        return min(limit.allowed, level + filled)

    def _key(self, limit: Limit) -> tuple[str, str, str, str]:
        return (*self._whose, limit.api, limit.period)
