"""Salesforce's REST API as a conversation: a token by client credentials, the org's calls of 24 hours, its words.

Source: developer.salesforce.com: OAuth 2.0 client-credentials flow; REST API developer guide (status codes
and error responses, ``Sforce-Limit-Info``); API request limits and allocations.
"""

import logging
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson

from ingestion.budget import NEARLY, Spent
from ingestion.budget_file import Limit
from ingestion.client_credentials import ClientCredentials
from ingestion.errors import MissingScope, VendorError
from ingestion.group import Account
from ingestion.http import Client
from ingestion.patience import Patience

VERSION = "v62.0"
DATA = f"/services/data/{VERSION}"
TOKEN = "/services/oauth2/token"  # noqa: S105 a path
NEEDED = {"api"}  # of the connected app's OAuth scopes
EVERYTHING = "full"
# Of an Enterprise org before its licences count; the org's own stands in every answer.
DAY = Limit("account", "requests", "day", 100_000, 86_400)
HEARD = 900.0  # seconds for which what an answer said of the last 24 hours is worth something
USAGE = re.compile(r"(?:^|[\s;,])api-usage=(\d+)/(\d+)")
WITHOUT_RIGHT = {"INVALID_FIELD", "INVALID_TYPE", "INSUFFICIENT_ACCESS", "API_DISABLED_FOR_ORG"}
SPENT = "REQUEST_LIMIT_EXCEEDED"

logger = logging.getLogger(__name__)


class OrgAuth(ClientCredentials):
    """Salesforce says no lifetime with a token: the org's session settings end it, and a 401 tells."""

    path = TOKEN
    misfit = (
        "not <client_id>:<client_secret>; put the connected app's consumer key and secret there,"
        " joined by a colon"
    )
    check = "the connected app's key and secret, that its client-credentials flow is on and who it runs as"

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self.scopes: frozenset[str] = frozenset()

    def learn(self, granted: Mapping[str, Any]) -> None:
        self.scopes = frozenset(str(granted.get("scope") or "").split())


class Org(Client):
    """One Salesforce org's requests.

    The org's calls of the last 24 hours are shared by all its apps: with none left we stop at once instead
    of asking again. Until Salesforce has said in this load how many are left we ask.
    """

    def __init__(self, account: Account, patience: Patience) -> None:
        self.session = OrgAuth(account)
        super().__init__(account, patience, self.session)
        self._heard, self._warned = False, False

    def needless_scopes(self) -> tuple[str, ...]:
        """What the connected app may beside what loads need; fails if it may not use the API at all.

        Known only once something was asked.
        """
        granted = self.session.scopes
        if granted and not granted & (NEEDED | {EVERYTHING}):
            raise MissingScope(
                f"{self._who}: the connected app behind {self.account.secret_env} has no 'api' among its"
                " OAuth scopes; add it in the app's settings and load again. Nothing was loaded: without"
                " it no row can be read"
            )
        return self.needless_of(granted - NEEDED)

    def limits(self, path: str) -> tuple[Limit, ...]:
        return (DAY,)

    def _send(self, method: str, path: str, scope: str | None = None, **how: Any) -> httpx.Response:
        left = self.budget.left(DAY) if self._heard else None
        if left is not None and left[0] <= self.budget.kept(DAY):
            raise self._spent()
        return super()._send(method, path, scope, **how)

    def _learn(self, limits: tuple[Limit, ...], response: httpx.Response, spent: Spent) -> None:
        said = USAGE.search(response.headers.get("Sforce-Limit-Info", ""))
        if said is None:
            return
        used, allowed = int(said[1]), int(said[2])
        self._heard = True
        # The 24 hours end now, always: no pace to reckon with, so the forecast is what is used.
        self.budget.note(replace(DAY, allowed=allowed), allowed - used, HEARD)
        if used >= NEARLY * allowed and not self._warned:
            self._warned = True
            logger.warning(
                "%s: %d of the %d calls of 24 hours are used, by all apps of the org: load less often,"
                " or ask Salesforce for more",
                *(self._who, used, allowed),
            )

    def _judge(self, what: str, response: httpx.Response, scope: str | None = None) -> None:
        self._note_date(response)
        errors = _errors(response)
        codes = {str(error.get("errorCode")) for error in errors}
        said = "; ".join(" ".join(str(error.get("message")).split()) for error in errors)[:300]
        # A 429 with that code: too many at a time.
        if SPENT in codes and response.status_code == 403:
            raise self._spent()
        if codes & WITHOUT_RIGHT:
            raise MissingScope(
                f"{self._who}: the user behind {self.account.secret_env} may not read {scope or what}:"
                f" {said}; give it read access to the object and to each field"
                f" ingestion/sources/salesforce.py declares ({', '.join(sorted(codes))}), or create the"
                " field in the org, and load again. Nothing was loaded: without it rows would be missing"
            )
        if response.status_code == 400 and codes:
            raise VendorError(
                f"{self._who}: {what} is refused ({', '.join(sorted(codes))}: {said}); nothing of this"
                " request was kept: clear up with Salesforce why, then load again",
                400,
                asked=what,
            )
        super()._judge(what, response, scope)

    def _spent(self) -> VendorError:
        allowed, kept = self.budget.known(DAY).allowed, self.budget.kept(DAY)
        which = f", but for {kept:.0f}, which low priority leaves to the others," if kept else ""
        return VendorError(
            f"{self._who}: the org's {allowed:.0f} calls of 24 hours{which} are used up, by us or by its"
            f" other apps ({datetime.now(UTC):%Y-%m-%d %H:%MZ}); nothing of this request was kept. They"
            " come back as the 24 hours move on: load again in some hours, or ask Salesforce for more",
            403,
        )


def records_of(answer: Mapping[str, Any]) -> Collection[dict[str, Any]] | None:
    """The records of a query's answer; None if it has no list of objects."""
    found = answer.get("records")
    if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
        return None
    return found


def _errors(response: httpx.Response) -> list[dict[str, Any]]:
    """Salesforce writes its errors as a list of objects; what isn't one says nothing."""
    if response.is_success:
        return []
    try:
        found = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return []
    return [error for error in found if isinstance(error, dict)] if isinstance(found, list) else []
