"""AfterShip as a conversation: the key in its header, the limit per second, the version that answers."""

import logging
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx

from ingestion.auth import HeaderAuth
from ingestion.budget import Spent
from ingestion.budget_file import Limit
from ingestion.group import Account
from ingestion.http import Client, Patience, TryAgain, retry_after

# Source: aftership.com/docs/tracking, rate limit: each endpoint has its own, per organisation.
LISTS = Limit("list of trackings", "requests", "second", 6, 1)
SINGLES = Limit("one tracking", "requests", "second", 5, 1)

logger = logging.getLogger(__name__)


class Carrier(Client):
    """One AfterShip organisation's requests.

    ``X-RateLimit-Remaining`` and ``-Reset`` (seconds since 1970) say how it stands with everyone who asks,
    so we wait before AfterShip has to say no.
    """

    def __init__(self, account: Account, patience: Patience, version: str) -> None:
        super().__init__(account, patience, HeaderAuth(account, "as-api-key"))
        self._version, self._pause, self._told = version, 0.0, False

    def limits(self, path: str) -> tuple[Limit, ...]:
        return (LISTS,) if path.endswith("/trackings") else (SINGLES,)

    def _learn(self, limits: tuple[Limit, ...], response: httpx.Response, spent: Spent) -> None:
        allowed = response.headers.get("X-RateLimit-Limit", "")
        if allowed.isdigit() and int(allowed):
            for limit in limits:
                self.budget.learn(replace(limit, allowed=float(allowed)))

    def _send(self, method: str, path: str, scope: str | None = None, **how: Any) -> httpx.Response:
        if self._pause:
            seconds, self._pause = min(self._pause, self.patience.longest), 0.0
            self.budget.waited(self.limits(path), seconds)
            time.sleep(seconds)
        return super()._send(method, path, scope, **how)

    def _judge(self, what: str, response: httpx.Response, scope: str | None = None) -> None:
        self._note_date(response)
        wait = self._until_reset(response)
        if response.status_code == 429 and retry_after(response) is None and wait:
            raise TryAgain("answer 429", wait)
        super()._judge(what, response, scope)
        if response.headers.get("X-RateLimit-Remaining") == "0" and wait:
            self._pause = wait
        self._check_version(response)

    def _until_reset(self, response: httpx.Response) -> float | None:
        """Seconds until requests are allowed again, on the vendor's clock, which may not be ours."""
        reset = response.headers.get("X-RateLimit-Reset", "")
        if not reset.isdigit():
            return None
        clock = self.vendor_date or datetime.now(UTC)
        return max(0.0, int(reset) - clock.timestamp())

    def _check_version(self, response: httpx.Response) -> None:
        served = response.headers.get("as-api-version", self._version)
        if served != self._version and not self._told:
            self._told = True
            logger.warning(
                "%s: version %s answers where %s was asked; it came to its end: move the source to a"
                " newer one and compare the fields",
                self._who,
                served,
                self._version,
            )
