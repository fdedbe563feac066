"""The numbers a client is held to. Defaults are HubSpot's own for a private app of a Professional account.

Source: developers.hubspot.com, API usage guidelines; CRM search, limitations.
"""

import threading
import time
from collections import deque
from dataclasses import dataclass, field

LIST_MAXIMUM = 100
SEARCH_MAXIMUM = 200
SEARCH_REACH = 10_000  # results that a search shows at most
FILTER_GROUPS, FILTERS_PER_GROUP, FILTERS = 5, 6, 18
BATCH_MAXIMUM = 100
ASSOCIATIONS_MAXIMUM = 1_000


@dataclass(frozen=True)
class Limits:
    daily: int = 650_000
    burst: int = 190  # requests in any ten seconds
    burst_seconds: float = 10.0
    searches_per_second: int = 5
    # Searches don't see what changed so shortly before the world's clock: HubSpot indexes late.
    index_lag_seconds: float = 0.0


@dataclass
class Meter:
    """Counts an account's requests: rolling windows of real time, and a day that never ends here."""

    limits: Limits
    used: int = 0
    _recent: deque[float] = field(default_factory=deque)
    _searches: deque[float] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def refuses(self, *, is_search: bool) -> str | None:
        """The policy that this request breaks, or nothing, and then it is counted."""
        now = time.monotonic()
        with self._lock:
            if self.used >= self.limits.daily:
                return "DAILY"
            _forget(self._recent, now - self.limits.burst_seconds)
            _forget(self._searches, now - 1)
            if is_search and len(self._searches) >= self.limits.searches_per_second:
                return "SECONDLY"
            if len(self._recent) >= self.limits.burst:
                return "TEN_SECONDLY_ROLLING"
            self.used += 1
            self._recent.append(now)
            if is_search:
                self._searches.append(now)
        return None

    def headers(self) -> dict[str, str]:
        """What every answer but a search's says of the limits."""
        limits = self.limits
        return {
            "X-HubSpot-RateLimit-Daily": str(limits.daily),
            "X-HubSpot-RateLimit-Daily-Remaining": str(limits.daily - self.used),
            "X-HubSpot-RateLimit-Interval-Milliseconds": str(int(limits.burst_seconds * 1000)),
            "X-HubSpot-RateLimit-Max": str(limits.burst),
            "X-HubSpot-RateLimit-Remaining": str(max(0, limits.burst - len(self._recent))),
        }


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()
