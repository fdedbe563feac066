"""HubSpot as a conversation: a private app's token, the day's requests, the scopes it lacks."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import orjson

from ingestion.auth import BearerAuth
from ingestion.errors import MissingScope, VendorError
from ingestion.group import Account
from ingestion.http import Client, Patience

logger = logging.getLogger(__name__)


class Crm(Client):
    """One HubSpot account's requests. ``left``: what HubSpot says remains of the day's.

    The day's requests are shared by every app of the account: with none left we stop at once instead
    of asking again, because each refused request counts against the app too.
    """

    def __init__(self, account: Account, patience: Patience) -> None:
        super().__init__(account, patience, BearerAuth(account))
        self.left: int | None = None
        self.allowed: int | None = None

    def close(self) -> None:
        if self.left is not None:
            logger.info("%s: %d of %s requests left today", self._who, self.left, self.allowed)
        super().close()

    def _send(self, method: str, path: str, scope: str | None = None, **how: Any) -> httpx.Response:
        if self.left is not None and self.left <= 0:
            raise self._spent()
        return super()._send(method, path, scope, **how)

    def _judge(self, what: str, response: httpx.Response, scope: str | None = None) -> None:
        self._note_date(response)
        # Searches answer without these headers: what we last heard stays.
        self.left = _number(response, "X-HubSpot-RateLimit-Daily-Remaining", self.left)
        self.allowed = _number(response, "X-HubSpot-RateLimit-Daily", self.allowed)
        if response.status_code == 429 and _said(response).get("policyName") == "DAILY":
            raise self._spent()
        if response.status_code == 403:
            self._refused(what, _said(response), scope)
        super()._judge(what, response, scope)

    def _spent(self) -> VendorError:
        """HubSpot begins a new day at midnight in its account's time zone, which is our account's."""
        zone = ZoneInfo(self.account.zone)
        today = (self.vendor_date or datetime.now(UTC)).astimezone(zone).date()
        reset = datetime.combine(today + timedelta(days=1), time(), zone)
        return VendorError(
            f"{self._who}: the day's requests ({self.allowed or 'all of them'}) are used up, by us or by"
            f" the account's other apps; nothing of this request was kept. They begin anew at"
            f" {reset:%Y-%m-%d %H:%M} {zone.key} ({reset.astimezone(UTC):%Y-%m-%dT%H:%MZ}): load again"
            " then",
            429,
        )

    def _refused(self, what: str, said: Mapping[str, Any], scope: str | None) -> None:
        if said.get("category") != "MISSING_SCOPES":
            return
        named: set[str] = set()
        for error in said.get("errors") or ():
            context = error.get("context") or {}
            named |= set(
                context.get("requiredGranularScopes") or context.get("requiredScopes") or ()
            )
        raise MissingScope(
            f"{self._who}: the private app behind {self.account.secret_env} has no"
            f" {', '.join(sorted(named)) or scope} (403 at {what}); tick it in the app's settings at"
            " HubSpot and load again. Nothing was loaded: without it rows would be missing"
        )


def _number(response: httpx.Response, header: str, otherwise: int | None) -> int | None:
    value = response.headers.get(header, "")
    return int(value) if value.isdigit() else otherwise


def _said(response: httpx.Response) -> dict[str, Any]:
    try:
        found = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
