"""The numbers a client is held to, per minute of real time. Defaults are Zendesk's for a Suite Enterprise plan.

Source: developer.zendesk.com, rate limits: 700 requests a minute, 10 of them incremental exports (2,500 and 30
with the High Volume API add-on).
"""

import threading
import time
from dataclasses import dataclass, field

EXPORT_MAXIMUM = 1_000  # rows of an export's page
LIST_MAXIMUM = 100
MINUTE = 60.0
AT_REST_SECONDS = 60  # an export never shows the last minute


@dataclass(frozen=True)
class Limits:
    per_minute: int = 700
    exports_per_minute: int = 10


# The embedded group's, far above what Zendesk sells: who tries something ten times in a minute shan't wait.
RAISED = Limits(per_minute=6_000, exports_per_minute=600)


@dataclass
class Kept:
    """What outlives a world: when the account and its exports were asked in the last minute."""

    account: list[float] = field(default_factory=list)
    exports: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def refuses(self, limits: Limits, *, is_export: bool) -> int | None:
        """Seconds until the minute has room again, or nothing, and then the request is counted."""
        now = time.monotonic()
        with self._lock:
            for times in (self.account, self.exports):
                times[:] = [at for at in times if at > now - MINUTE]
            if is_export and len(self.exports) >= limits.exports_per_minute:
                return self._wait(self.exports, now)
            if len(self.account) >= limits.per_minute:
                return self._wait(self.account, now)
            self.account.append(now)
            if is_export:
                self.exports.append(now)
        return None

    def headers(self, limits: Limits, *, is_export: bool) -> dict[str, str]:
        now = time.monotonic()
        left = str(max(0, limits.per_minute - len(self.account)))
        reset = str(self._wait(self.account, now) if self.account else int(MINUTE))
        told = {
            "X-Rate-Limit": str(limits.per_minute),
            "X-Rate-Limit-Remaining": left,
            "ratelimit-limit": str(limits.per_minute),
            "ratelimit-remaining": left,
            "ratelimit-reset": reset,
        }
        if is_export:
            remaining = max(0, limits.exports_per_minute - len(self.exports))
            resets = self._wait(self.exports, now) if self.exports else int(MINUTE)
            told["Zendesk-RateLimit-incremental-exports"] = (
                f"total={limits.exports_per_minute}; remaining={remaining}; resets={resets}"
            )
        return told

    def _wait(self, times: list[float], now: float) -> int:
        return max(1, int(times[0] + MINUTE - now) + 1)
