"""Shopify's Admin API as a conversation: who we are, what a query may cost, when to wait."""

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from ingestion.auth import secret_of
from ingestion.budget import Priority
from ingestion.client_credentials import ClientCredentials
from ingestion.errors import MissingScope, VendorError
from ingestion.group import Account
from ingestion.http import Patience, TryAgain
from ingestion.shopify_points import GRAPHQL, Admin
from ingestion.shopify_questions import INSTALLATION

TOKEN = "/admin/oauth/access_token"  # noqa: S105 a path
EARLY = timedelta(minutes=5)  # a token is renewed this long before it ends
THROTTLED_TRIES = 100


class TooCostly(Exception):  # noqa: N818 the caller asks for less and goes on
    """The query costs more than one query may; ask for less."""


class ShopifyAuth(ClientCredentials):
    """A static token (``shpat_...``), or one that the client-credentials grant mints, with a lifetime."""

    path = TOKEN
    header, before = "X-Shopify-Access-Token", ""
    misfit = "neither a token (shpat_...) nor <client_id>:<client_secret>; put one of the two there"
    check = "the app's id and secret and that it is installed"

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self._ends = datetime.min.replace(tzinfo=UTC)

    @property
    def has_ended(self) -> bool:
        return datetime.now(UTC) >= self._ends

    def auth_flow(self, request: httpx.Request) -> Any:
        secret = secret_of(self.account)
        if secret.startswith("shp") and ":" not in secret:
            request.headers[self.header] = secret
            yield request
            return
        yield from super().auth_flow(request)

    def learn(self, granted: Mapping[str, Any]) -> None:
        lifetime = timedelta(seconds=int(granted.get("expires_in", 86399)))
        self._ends = datetime.now(UTC) + lifetime - EARLY


class Shop:
    """One shop's GraphQL endpoint. ``cost`` is what the last query was priced at."""

    def __init__(self, account: Account, patience: Patience) -> None:
        self.account = account
        self.client = Admin(account, patience, ShopifyAuth(account))
        self.cost = 0.0

    def query(self, document: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The ``data`` of one query. Waits out throttling; any other error raises: no half answers."""
        codes: set[str] = set()
        for _ in range(THROTTLED_TRIES):
            asked = {"query": document, "variables": dict(variables or {})}
            self.client.post(GRAPHQL, asked, self._well)
            body = self.client.body or {}
            cost = (body.get("extensions") or {}).get("cost") or {}
            self.cost = float(cost.get("requestedQueryCost") or 0)
            codes = {_code(error) for error in body.get("errors") or ()}
            if "THROTTLED" not in codes:
                break
            self._throttled(cost)
        if codes:
            raise self._refusal(codes, body["errors"])
        return body["data"]

    def _throttled(self, cost: Mapping[str, Any]) -> None:
        """Someone else took what we reckoned with: wait until the query can be paid for."""
        budget, limits = self.client.budget, self.client.limits(GRAPHQL)
        seconds = min(self._restore_seconds(cost), self.client.patience.longest)
        budget.throttled(limits)
        budget.waited(limits, seconds)
        time.sleep(seconds)

    def _well(self, _: httpx.Response) -> None:
        """A 200 can still be a failure of theirs, or half a body."""
        body = self.client.body
        if body is None:
            raise TryAgain("an answer that is no JSON")
        if any(_code(error) == "INTERNAL_SERVER_ERROR" for error in body.get("errors") or ()):
            raise TryAgain("INTERNAL_SERVER_ERROR")

    def yielding(self, priority: Priority) -> AbstractContextManager[None]:
        """Queries inside leave a reserve of the shop's points to others, if their priority is low."""
        return self.client.budget.yielding(priority)

    def check_scopes(self, needed: tuple[str, ...]) -> tuple[str, ...]:
        """Fail now if the app lacks a scope: Shopify would answer with less and say nothing.

        Gives back what it has and nothing here needs; that is said, too.
        """
        installation = self.query(INSTALLATION)["currentAppInstallation"]
        handles = {scope["handle"] for scope in installation["accessScopes"]}
        # Who may write may read.
        granted = handles | {handle.replace("write_", "read_", 1) for handle in handles}
        missing = sorted(set(needed) - granted)
        if missing:
            raise MissingScope(
                f"shopify {self.account.account}: the app has no {', '.join(missing)}; grant it in the"
                " app's settings and load again. Nothing was loaded: without it rows would be missing"
            )
        return self.client.needless_of(handles - set(needed))

    @staticmethod
    def _restore_seconds(cost: Mapping[str, Any]) -> float:
        status = cost.get("throttleStatus") or {}
        lacking = float(cost.get("requestedQueryCost") or 0) - float(
            status.get("currentlyAvailable") or 0
        )
        return max(lacking / float(status.get("restoreRate") or 50), 0.1)

    def _refusal(self, codes: set[str], errors: list[dict[str, Any]]) -> Exception:
        said = "; ".join(str(error.get("message")) for error in errors)[:500]
        if "MAX_COST_EXCEEDED" in codes:
            return TooCostly(said)
        if "ACCESS_DENIED" in codes:
            return MissingScope(
                f"shopify {self.account.account}: {said} Grant it in the app's settings and load again;"
                " nothing was kept"
            )
        return VendorError(
            f"shopify {self.account.account}: {said}; nothing was kept: clear up with Shopify why it"
            " refuses, then load again"
        )


def _code(error: Mapping[str, Any]) -> str:
    return str((error.get("extensions") or {}).get("code") or "UNKNOWN")
