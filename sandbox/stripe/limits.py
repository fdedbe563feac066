"""How much an account may be asked: 100 requests a second in live mode (docs.stripe.com/rate-limits).

Stripe also limits each endpoint, to 25 a second unless it raised it for the account; the group's
accounts have it raised, and ``endpoint_rate`` is for those who want to meet it.
"""

import threading
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field

from sandbox.stripe.errors import rate_limited

WINDOW = 1.0


@dataclass
class Limits:
    global_rate: int = 100
    endpoint_rate: int | None = None
    _asked: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, endpoint: str) -> None:
        """Count a request, or raise the 429 that it meets."""
        now = time.monotonic()
        with self._lock:
            self._check("", self.global_rate, "global-rate", now)
            if self.endpoint_rate is not None:
                self._check(endpoint, self.endpoint_rate, "endpoint-rate", now)
                self._asked[endpoint].append(now)
            self._asked[""].append(now)

    def _check(self, name: str, rate: int, reason: str, now: float) -> None:
        asked = self._asked[name]
        while asked and asked[0] <= now - WINDOW:
            asked.popleft()
        if len(asked) >= rate:
            raise rate_limited(reason)
