"""The numbers a client is held to; a list and a single tracking are counted apart, per second.

Source: aftership.com/docs/tracking, quickstart, rate limit.
"""

import threading
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

PAGE_MAXIMUM, PAGE_DEFAULT = 200, 100
NUMBERS_MAXIMUM = 50  # tracking numbers in one request
# A list without ``created_at_min`` begins so many days ago.
DEFAULT_DAYS = 120


@dataclass(frozen=True)
class Limits:
    lists_per_second: int = 6
    singles_per_second: int = 5
    # AfterShip says that it keeps 120 days; how long depends on the plan. None: for ever.
    stored_days: int | None = None


@dataclass
class Meter:
    """Requests of one endpoint in the last second."""

    allowed: int
    _recent: deque[float] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def admits(self) -> bool:
        now = time.monotonic()
        with self._lock:
            while self._recent and self._recent[0] <= now - 1:
                self._recent.popleft()
            if len(self._recent) >= self.allowed:
                return False
            self._recent.append(now)
        return True

    def headers(self, clock: datetime) -> dict[str, str]:
        """The window ends within a second of the clock that the ``Date`` header states."""
        return {
            "X-RateLimit-Reset": str(int(clock.timestamp()) + 1),
            "X-RateLimit-Limit": str(self.allowed),
            "X-RateLimit-Remaining": str(max(0, self.allowed - len(self._recent))),
        }
