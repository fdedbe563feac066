"""Faults on demand: which there are, which are armed, and which one is due for a request.

How a fault is played over HTTP stands in ``sandbox.fault_play``; how a vendor's own application
plays a page or an access fault, in ``sandbox/<system>/``.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

PAGE_KINDS = {
    "duplicate_page": "the rows of the page before once more (of a first page, its rows twice)",
    "missing_page": "a page's worth of rows is skipped, and paging goes on as if nothing was",
    "reordered_page": "the rows of the page in another order",
}
ACCESS_KINDS = {
    "missing_scope": "refused as the vendor refuses what an app has no scope for",
    "expired_token": "refused as the vendor refuses a token that ended",
}
TRANSPORT_KINDS = {
    "429": "too many requests, with Retry-After",
    "500": "an internal error",
    "reset": "the connection is reset and nothing answers",
    "truncated": "half the body under its full Content-Length, then the connection ends",
    "slow": "the answer comes late",
}
KINDS = TRANSPORT_KINDS | PAGE_KINDS | ACCESS_KINDS


class FaultError(ValueError):
    """A fault that can't be armed; says what there is instead."""


class Vendor(Protocol):
    """What ``sandbox/<system>`` says of itself to those who play faults on it.

    A module may also say ``REFUSED``: per endpoint the kinds it can't play, each with the reason; and
    ``ERROR_TYPE``, the media type of its error bodies where that isn't JSON.
    """

    ENDPOINTS: tuple[str, ...]

    def endpoint_of(self, method: str, path: str, query: str, body: bytes) -> str: ...
    def error_body(self, status: int) -> bytes: ...


@dataclass
class Fault:
    """One armed fault: let ``after`` requests of the endpoint pass, then play ``times`` times."""

    system: str
    endpoint: str
    kind: str
    times: int = 1
    account: str | None = None
    after: int = 0
    seconds: float = 3.0  # how long a slow answer takes
    retry_after: float = 1.0  # seconds a 429 asks to wait
    seen: int = 0
    fired: int = 0

    @property
    def is_spent(self) -> bool:
        return self.fired >= self.times


@dataclass
class Faults:
    """Every armed fault of a group. Servers ask from their own threads, so a lock counts."""

    vendors: Mapping[str, Any]
    accounts: Mapping[str, tuple[str, ...]]
    _armed: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def arm(self, fault: Fault) -> None:
        self._check(fault)
        with self._lock:
            self._armed.append(fault)

    def concerns(self, system: str, account: str) -> bool:
        """Whether it is worth reading a request: something armed may still be played on it."""
        return any(
            f.system == system and f.account in (None, account) and not f.is_spent
            for f in self._armed
        )

    def due(self, system: str, account: str, endpoint: str) -> Fault | None:
        """The fault to play on this request, counted as played; the first armed comes first."""
        with self._lock:
            for fault in self._armed:
                wanted = (fault.system, fault.endpoint) == (system, endpoint)
                if not wanted or fault.account not in (None, account) or fault.is_spent:
                    continue
                fault.seen += 1
                if fault.seen > fault.after:
                    fault.fired += 1
                    return fault
        return None

    def listed(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._armed]

    def clear(self) -> int:
        with self._lock:
            cleared = len(self._armed)
            self._armed.clear()
        return cleared

    def _check(self, fault: Fault) -> None:
        vendor = self.vendors.get(fault.system)
        if vendor is None:
            raise _unknown("system", fault.system, self.vendors)
        if fault.endpoint not in vendor.ENDPOINTS:
            raise _unknown(f"endpoint of {fault.system}", fault.endpoint, vendor.ENDPOINTS)
        if fault.kind not in KINDS:
            raise _unknown("kind of fault", fault.kind, KINDS)
        accounts = self.accounts[fault.system]
        if fault.account is not None and fault.account not in accounts:
            raise _unknown(f"account of {fault.system}", fault.account, accounts)
        reason = getattr(vendor, "REFUSED", {}).get(fault.endpoint, {}).get(fault.kind)
        if reason:
            raise FaultError(f"{fault.system} {fault.endpoint} can't play {fault.kind}: {reason}")
        if fault.times < 1 or min(fault.after, fault.seconds, fault.retry_after) < 0:
            raise FaultError("a fault is played at least once, and neither waits nor skips below 0")


def _unknown(what: str, given: str, known: Iterable[str]) -> FaultError:
    return FaultError(f"no {what} {given!r}; there is {', '.join(known)}")
