"""HubSpot as a conversation: a private app's token and scopes, the day's requests and those of ten seconds.

Source: developers.hubspot.com: usage guidelines (limits and their headers, which searches lack), private apps
(what a token may do).
"""

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import orjson

from ingestion.auth import BearerAuth, secret_of
from ingestion.budget import NEARLY, Spent
from ingestion.budget_file import Limit
from ingestion.errors import MissingScope, VendorError
from ingestion.group import Account
from ingestion.http import Client
from ingestion.patience import Patience
from ingestion.usage import at_days_end

TOKEN_INFO = "/oauth/v2/private-apps/get/access-token-info"  # noqa: S105 a path
IN_EVERY_APP = {"oauth"}
# A private app's, on the smallest plan; the account's own stand in HubSpot's answers.
DAY = Limit("account", "requests", "day", 250_000, 86_400)
BURST = Limit("account", "requests", "10s", 100, 10)
SEARCHES = Limit("search", "requests", "second", 5, 1)

logger = logging.getLogger(__name__)


class Crm(Client):
    """One HubSpot account's requests.

    The day's requests are shared by every app of the account: with none left we stop at once instead
    of asking again, because each refused request counts against the app too. Until HubSpot has said in
    this load how many are left we ask: what we last heard may be out of date.
    """

    def __init__(self, account: Account, patience: Patience) -> None:
        super().__init__(account, patience, BearerAuth(account))
        self._heard, self._warned = False, False

    def close(self) -> None:
        left = self.budget.left(DAY) if self._heard else None
        if left is not None:
            allowed = self.budget.known(DAY).allowed
            logger.info("%s: %d of %d requests left today", self._who, left[0], allowed)
        super().close()

    def check_scopes(self, needed: Collection[str]) -> tuple[str, ...]:
        """Fail now if the private app lacks a scope; gives back what it has and nothing here needs."""
        try:
            answer = self.json(TOKEN_INFO, body={"tokenKey": secret_of(self.account)})
        except VendorError as error:
            if error.status not in (400, 404):
                raise
            logger.warning(
                "%s: HubSpot knows no private app by this token; its lists say", self._who
            )
            return ()
        granted = {str(scope) for scope in answer.get("scopes") or ()}
        missing = sorted(set(needed) - granted)
        if missing:
            raise self._lacks(missing, "by its token's own list")
        return self.needless_of(granted - set(needed) - IN_EVERY_APP)

    def limits(self, path: str) -> tuple[Limit, ...]:
        return (DAY, BURST, SEARCHES) if path.endswith("/search") else (DAY, BURST)

    def _send(self, method: str, path: str, scope: str | None = None, **how: Any) -> httpx.Response:
        left = self.budget.left(DAY) if self._heard else None
        if left is not None and left[0] <= self.budget.kept(DAY):
            raise self._spent()
        return super()._send(method, path, scope, **how)

    def _learn(self, limits: tuple[Limit, ...], response: httpx.Response, spent: Spent) -> None:
        self._note_date(response)
        # Searches answer without these headers: what we last heard stays.
        allowed = _number(response, "X-HubSpot-RateLimit-Daily")
        left = _number(response, "X-HubSpot-RateLimit-Daily-Remaining")
        if _is_of_the_day(response):
            left = 0
        if left is not None:
            self._heard = True
            ends_in = (self._reset() - self._now()).total_seconds()
            day = replace(DAY, allowed=allowed) if allowed else self.budget.known(DAY)
            self.budget.note(day, left, ends_in)
            self._warn(day.allowed, day.allowed - left, ends_in)
        most = _number(response, "X-HubSpot-RateLimit-Max")
        span = _number(response, "X-HubSpot-RateLimit-Interval-Milliseconds")
        if most and span:
            self.budget.learn(replace(BURST, allowed=most, seconds=span / 1000))

    def _warn(self, allowed: float, used: float, ends_in: float) -> None:
        if self._warned or used < NEARLY * allowed:
            return
        self._warned = True
        logger.warning(
            "%s: %.0f of the day's %.0f requests are used, by all apps of the account; at this pace it"
            " will be %.0f by %s: load less often, or ask HubSpot for more",
            *(self._who, used, allowed, at_days_end(used, ends_in)),
            f"{self._reset():%Y-%m-%d %H:%M} {self.account.zone}",
        )

    def _judge(self, what: str, response: httpx.Response, scope: str | None = None) -> None:
        if _is_of_the_day(response):
            raise self._spent()
        if response.status_code == 403:
            self._refused(what, _said(response), scope)
        super()._judge(what, response, scope)

    def _now(self) -> datetime:
        return self.vendor_date or datetime.now(UTC)

    def _reset(self) -> datetime:
        """HubSpot begins a new day at midnight in its account's time zone, which is our account's."""
        zone = ZoneInfo(self.account.zone)
        today = self._now().astimezone(zone).date()
        return datetime.combine(today + timedelta(days=1), time(), zone)

    def _spent(self) -> VendorError:
        reset, zone = self._reset(), self.account.zone
        allowed, kept = self.budget.known(DAY).allowed, self.budget.kept(DAY)
        which = f"but for {kept:.0f}, which low priority leaves to the others," if kept else ""
        return VendorError(
            f"{self._who}: the day's requests ({allowed:.0f}) {which} are used up, by us or by the"
            " account's other apps; nothing of this request was kept. They begin anew at"
            f" {reset:%Y-%m-%d %H:%M} {zone} ({reset.astimezone(UTC):%Y-%m-%dT%H:%MZ}): load again then",
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
        raise self._lacks(sorted(named) or [str(scope)], f"403 at {what}")

    def _lacks(self, scopes: Iterable[str], how: str) -> MissingScope:
        return MissingScope(
            f"{self._who}: the private app behind {self.account.secret_env} has no"
            f" {', '.join(scopes)} ({how}); tick it in the app's settings at"
            " HubSpot and load again. Nothing was loaded: without it rows would be missing"
        )


def _number(response: httpx.Response, header: str) -> int | None:
    value = response.headers.get(header, "")
    return int(value) if value.isdigit() else None


def _is_of_the_day(response: httpx.Response) -> bool:
    return response.status_code == 429 and _said(response).get("policyName") == "DAILY"


def _said(response: httpx.Response) -> dict[str, Any]:
    try:
        found = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}
