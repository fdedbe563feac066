"""How long a load waits for its vendor: quick tries for a hiccup, long waits for an outage.

What a vendor asks for (``Retry-After``) wins over both. Budgets, which keep a load from asking too
much in the first place, stand in ``budget``.
"""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ingestion.budget import FILE, Budget
from ingestion.group import Account

WAITS = (30.0, 120.0, 480.0, 1800.0)
VARIABLE = "CONCORD_RETRY_WAITS"
JITTER = (0.8, 1.2)  # many loads that fail together don't come back together


class PatienceError(ValueError):
    """The environment says waits that are none."""


@dataclass(frozen=True)
class Patience:
    """``attempts`` quick tries (after ``first`` seconds, then twice that), then one after each of ``waits``.

    Without ``waits`` it is a worker's patience: it would rather fail and be called again. ``budget`` is
    what all requests of one load share with everyone who asks the same account; without one each client
    paces itself alone.
    """

    attempts: int = 7
    first: float = 0.5
    longest: float = 30.0
    timeout: float = 60.0
    poll_first: float = 0.1
    poll_longest: float = 5.0
    poll_total: float = 6 * 3600.0
    waits: tuple[float, ...] = ()
    budget: Budget | None = None

    def delay(self, attempt: int) -> float:
        """Seconds before the next quick try."""
        return _jittered(min(self.first * 2**attempt, self.longest))

    def pauses(self) -> Iterator[float]:
        """Seconds before each further try, as long as there is one."""
        for attempt in range(self.attempts - 1):
            yield self.delay(attempt)
        yield from map(_jittered, self.waits)

    @property
    def tries(self) -> int:
        return self.attempts + len(self.waits)

    @property
    def reach(self) -> float:
        """The longest wait a vendor may ask for; beyond, a load ends and says when to come again."""
        return max(self.longest, *self.waits, 0.0)


@contextmanager
def shared(account: Account, workdir: Path, patience: Patience | None = None) -> Iterator[Patience]:
    """A patience whose budget is the account's own, shared with whatever else works in ``workdir``."""
    budget = Budget(account, workdir / FILE)
    try:
        yield replace(patience or configured(), budget=budget)
    finally:
        budget.close()


def configured() -> Patience:
    """A load's patience: the waits of ``CONCORD_RETRY_WAITS``, read now, or 30 s, 2, 8 and 30 minutes."""
    said = os.environ.get(VARIABLE)
    if said is None:
        return Patience(waits=WAITS)
    try:
        waits = tuple(float(part) for part in said.split(",") if part.strip())
    except ValueError:
        waits = (-1.0,)
    if min(waits, default=0.0) < 0:
        raise PatienceError(
            f"{VARIABLE} is '{said}'; write seconds, separated by commas, like 30,120,480,1800, or"
            " nothing for no long waits"
        )
    return Patience(waits=waits)


def _jittered(seconds: float) -> float:
    return seconds * random.uniform(*JITTER)  # noqa: S311
