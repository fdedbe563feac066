"""HTTP as every source uses it: retries, the vendor's clock, downloads to a file.

Nothing here logs an address with its query, a header or a body: download addresses are signed and
headers carry tokens.
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx
import orjson

from ingestion.budget import Budget, Limit, Spent
from ingestion.errors import MissingScope, VendorError
from ingestion.group import Account
from ingestion.patience import Patience

AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
DOWNLOAD_BYTES = 1 << 20
TOLD_FROM = 5.0  # seconds: who watches a load wants to know why it stands still

T = TypeVar("T")

logger = logging.getLogger(__name__)


class TryAgain(Exception):  # noqa: N818 an instruction, not a failure
    """An answer worth another try, after ``delay`` seconds if the vendor named a time."""

    def __init__(self, reason: str, delay: float | None = None) -> None:
        super().__init__(reason)
        self.delay = delay


class Client:
    """One account's requests. Counts them, keeps its budgets, and the newest ``Date`` the vendor sent."""

    def __init__(
        self,
        account: Account,
        patience: Patience,
        auth: httpx.Auth | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.account, self.patience, self.auth = account, patience, auth
        self.budget = patience.budget or Budget(account)
        self.requests = 0
        self.vendor_date: datetime | None = None
        # httpx announces every address at INFO, with its query: signed downloads carry a key there.
        logging.getLogger("httpx").setLevel(logging.WARNING)
        self._http = httpx.Client(
            timeout=patience.timeout, follow_redirects=True, headers=dict(headers or {})
        )

    def close(self) -> None:
        self._http.close()
        if self.budget is not self.patience.budget:
            self.budget.close()

    def needless_of(self, scopes: Iterable[str]) -> tuple[str, ...]:
        """Say which scopes the secret has that no source needs; gives them back, in order."""
        needless = tuple(sorted(scopes))
        if needless:
            logger.warning(
                "%s: the secret in %s may more than any load needs: %s; take it away at the vendor",
                *(self._who, self.account.secret_env, ", ".join(needless)),
            )
        return needless

    def limits(self, path: str) -> tuple[Limit, ...]:
        """The vendor's limits that a request to ``path`` counts against; here none are known."""
        return ()

    def get(self, path: str, params: Mapping[str, str] | None = None) -> httpx.Response:
        return self._trying(path, lambda: self._send("GET", path, params=params))

    def post(
        self, path: str, json: Any, check: Callable[[httpx.Response], None] | None = None
    ) -> httpx.Response:
        """POST; ``check`` may look at an answer that arrived well and raise ``TryAgain``."""

        def once() -> httpx.Response:
            response = self._send("POST", path, json=json)
            if check:
                check(response)
            return response

        return self._trying(path, once)

    def json(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        body: Any = None,
        scope: str | None = None,
    ) -> dict[str, Any]:
        """One JSON object, by GET or, with a ``body``, by POST; half an answer is asked for again.

        ``scope`` is what the vendor calls the right to read this: a 403 names it.
        """

        def once() -> dict[str, Any]:
            how = {"params": params} if body is None else {"params": params, "json": body}
            response = self._send("GET" if body is None else "POST", path, scope, **how)
            try:
                found = orjson.loads(response.content)
            except orjson.JSONDecodeError:
                raise TryAgain("an answer that is no JSON") from None
            if not isinstance(found, dict):
                raise TryAgain("an answer that is no JSON object")
            return found

        return self._trying(path, once)

    def download(self, url: str, target: Path) -> Path:
        """Stream an address the vendor gave us to a file, from the start at each try, without our token."""

        def once() -> Path:
            self.requests += 1
            with self._http.stream("GET", url) as response, target.open("wb") as out:
                self._judge("its download address", response)
                for part in response.iter_bytes(DOWNLOAD_BYTES):
                    out.write(part)
            return target

        return self._trying("its download address", once)

    def _send(self, method: str, path: str, scope: str | None = None, **how: Any) -> httpx.Response:
        limits = self.limits(path)
        with self.budget.spending(limits, self._price(how)) as spent:
            self.requests += 1
            response = self._http.request(
                method, f"{self.account.base_url}{path}", auth=self.auth, **how
            )
            self._learn(limits, response, spent)
        if response.status_code == 429:
            self.budget.throttled(limits)
        self._judge(path, response, scope)
        return response

    def _price(self, how: Mapping[str, Any]) -> float:
        """The points a request may cost, where the vendor prices it."""
        return 0.0

    def _learn(self, limits: tuple[Limit, ...], response: httpx.Response, spent: Spent) -> None:
        """Take from an answer what it says of its limits."""

    def _judge(self, what: str, response: httpx.Response, scope: str | None = None) -> None:
        self._note_date(response)
        if response.status_code in AGAIN:
            raise TryAgain(f"answer {response.status_code}", retry_after(response))
        if response.status_code == 401:
            raise VendorError(
                f"{self._who}: the vendor refuses the secret in {self.account.secret_env} (401 at"
                f" {what}); put a valid one there",
                401,
                asked=what,
            )
        if response.status_code == 403 and scope:
            raise MissingScope(
                f"{self._who}: the secret in {self.account.secret_env} has no '{scope}' (403 at {what});"
                " grant it at the vendor and load again. Nothing was loaded: without it rows would be"
                " missing"
            )
        if not response.is_success:
            raise VendorError(
                f"{self._who}: answer {response.status_code} from {what}; nothing of this request was"
                " kept: clear up with the vendor why it refuses, then load again",
                response.status_code,
                asked=what,
            )

    def _note_date(self, response: httpx.Response) -> None:
        try:
            date = parsedate_to_datetime(response.headers["Date"]).astimezone(UTC)
        except (KeyError, ValueError):
            return
        self.vendor_date = max(date, self.vendor_date or date)

    @property
    def _who(self) -> str:
        return f"{self.account.system} {self.account.account}"

    def _trying(self, what: str, once: Callable[[], T]) -> T:
        pauses, tries = self.patience.pauses(), 0
        while True:
            tries += 1
            try:
                return once()
            except TryAgain as again:
                reason, asked = str(again), again.delay
            except httpx.TransportError as error:
                reason, asked = type(error).__name__, None
            pause = next(pauses, None)
            if pause is None:
                raise VendorError(
                    f"{self._who}: {what} still fails after {tries} tries ({reason}); nothing of this"
                    " request was kept, run the load again later",
                    asked=what,
                )
            if asked is not None and asked > self.patience.reach:
                raise VendorError(
                    f"{self._who}: {what} asks to be left alone for {asked:.0f} s ({reason}), longer"
                    f" than a load waits; nothing of this request was kept, load again after"
                    f" {_at(asked)}",
                    asked=what,
                )
            self._wait(what, reason, pause if asked is None else asked, tries)

    def _wait(self, what: str, reason: str, seconds: float, tries: int) -> None:
        logger.log(
            logging.WARNING if seconds >= TOLD_FROM else logging.INFO,
            "%s: %s from %s; try %d of %d at %s, in %.1f s",
            *(self._who, reason, what, tries + 1, self.patience.tries, _at(seconds), seconds),
        )
        time.sleep(seconds)


def _at(seconds: float) -> str:
    """The moment so many seconds from now."""
    return f"{datetime.now(UTC) + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%SZ}"


def retry_after(response: httpx.Response) -> float | None:
    try:
        return max(0.0, float(response.headers["Retry-After"]))
    except (KeyError, ValueError):
        return None
