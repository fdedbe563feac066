"""What an account may still ask of its vendor, shared by every job and process on this machine.

A request takes from the account's budget before it is sent, and waits for what isn't there, instead of
running into the vendor's refusal. The file knows three kinds of limit (``period``): rolling windows
(``second``, ``10s``, ``minute``), a ``bucket`` that refills steadily, and a ``day`` whose rest the vendor states. What was
used, in the vendors' and our own words, is ``usage``'s business; how SQL does it, ``budget_file``'s.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ingestion.budget_file import BudgetFile, Lacking, Limit
from ingestion.group import Account

Priority = Literal["high", "low"]
RESERVE = 0.2  # of every budget: low-priority streams leave it to the others
NEARLY = 0.8  # of a day's budget: from here on it is worth a warning
FILE = "budgets.sqlite"
TOLD_FROM = 1.0  # seconds: shorter waits are ordinary pacing

logger = logging.getLogger(__name__)


@dataclass
class Tally:
    """What one load had of one limit. ``peak``: the most that was taken at a time."""

    limit: Limit
    requests: int = 0
    waited: float = 0.0
    throttled: int = 0
    peak: float = 0.0


@dataclass
class Spent:
    """One request's part of its budgets. What the vendor says of it afterwards goes in here."""

    tickets: dict[tuple[str, str], int]
    points: float
    cost: float | None = None  # points it came to
    available: float | None = None  # points the vendor says are left


@dataclass
class Budget:
    """One account's budgets; one object per load. ``file``: shared with others; None: for this load alone."""

    account: Account
    file: Path | None = None
    priority: Priority = "high"
    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._stated: set[tuple[str, str]] = set()
        self._kept = BudgetFile(self.file, self.account.system, self.account.account)

    def close(self) -> None:
        self._kept.close()

    @contextmanager
    def yielding(self, priority: Priority) -> Iterator[None]:
        """Requests inside leave, if their ``priority`` is low, a reserve to those of high priority.

        A load that is of low priority as a whole stays so.
        """
        before = self.priority
        self.priority = "low" if before == "low" else priority
        try:
            yield
        finally:
            self.priority = before

    @contextmanager
    def spending(self, limits: Sequence[Limit], points: float = 0.0) -> Iterator[Spent]:
        """Take one request, and its price in ``points``, of every limit; wait until all have it."""
        known = [self._tally(limit) for limit in limits]
        spent = Spent(self._take(known, points), points)
        for tally in known:
            tally.requests += 1
        try:
            yield spent
        finally:
            for tally in known:
                given = spent.points - (spent.points if spent.cost is None else spent.cost)
                ticket = spent.tickets[tally.limit.key]
                self._kept.settle(tally.limit, ticket, given, spent.available)

    def known(self, limit: Limit) -> Limit:
        """A limit as the vendor last stated it."""
        return self._tally(limit).limit

    def kept(self, limit: Limit) -> float:
        """What requests of this priority leave of a limit to others."""
        return RESERVE * self.known(limit).allowed if self.priority == "low" else 0.0

    def learn(self, limit: Limit) -> None:
        """The vendor says that a limit is another than we thought."""
        if self._tally(limit).limit != limit or limit.key not in self._stated:
            self._tally(limit).limit = limit
            self._stated.add(limit.key)
            self._kept.know(limit, stated=True)

    def note(self, limit: Limit, left: float, ends_in: float) -> None:
        """The vendor says what is left of a day that ends in so many seconds."""
        self.learn(limit)
        self._kept.note(limit, left, time.time() + ends_in)

    def left(self, limit: Limit) -> tuple[float, float] | None:
        """What is left of a day, by the vendor and what was asked since, and the seconds until it ends."""
        return self._kept.left(limit)

    def throttled(self, limits: Sequence[Limit]) -> None:
        for limit in limits:
            self._tally(limit).throttled += 1

    def waited(self, limits: Sequence[Limit], seconds: float) -> None:
        for limit in limits:
            self._tally(limit).waited += seconds

    def _tally(self, limit: Limit) -> Tally:
        """What is kept of a limit here; an earlier load may have learnt a better one."""
        if limit.key not in self.tallies:
            allowed, seconds = self._kept.known(limit)
            better = Limit(limit.api, limit.unit, limit.period, allowed, seconds)
            self.tallies[limit.key] = Tally(better)
        return self.tallies[limit.key]

    def _take(self, known: Sequence[Tally], points: float) -> dict[tuple[str, str], int]:
        while True:
            limits = [tally.limit for tally in known]
            try:
                taken = self._kept.take(limits, points, RESERVE if self.priority == "low" else 0.0)
            except Lacking as lacking:
                self._wait(known, lacking)
                continue
            for tally in known:
                tally.peak = max(tally.peak, taken.used[tally.limit.key])
            return taken.tickets

    def _wait(self, known: Sequence[Tally], lacking: Lacking) -> None:
        if lacking.seconds >= TOLD_FROM:
            logger.info(
                "%s %s: %s priority waits %.1f s for its %s budget (%g %s per %s)",
                self.account.system,
                self.account.account,
                self.priority,
                lacking.seconds,
                lacking.limit.api,
                lacking.limit.allowed,
                lacking.limit.unit,
                lacking.limit.period,
            )
        time.sleep(lacking.seconds)
        for tally in known:
            if tally.limit.key == lacking.limit.key:
                tally.waited += lacking.seconds
