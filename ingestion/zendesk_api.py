"""Zendesk as a conversation: an agent's API token, the requests of a minute, the role that may export.

Source: developer.zendesk.com: security and authentication (API tokens), rate limits (per plan; incremental
exports: 10 a minute, 30 with the High Volume API add-on), users (``/users/me``).
"""

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx

from ingestion.auth import secret_of
from ingestion.budget import Spent
from ingestion.budget_file import Limit
from ingestion.errors import MissingScope, MissingSecret
from ingestion.group import Account
from ingestion.http import Client, retry_after
from ingestion.patience import Patience

ME = "/api/v2/users/me.json"
EXPORTS = "/api/v2/incremental/"
EXPORTER = "admin"  # the only role that may use the incremental exports
TOKEN = "/token:"  # noqa: S105 what stands between an agent's address and the token
PER_MINUTE = 400  # of the Growth and Professional plans; the account's own stands in every answer
EXPORTS_PER_MINUTE = 10  # ``endpoint_rate`` in the group file raises it


class TokenAuth(httpx.Auth):
    """``<email>/token:<api token>`` as Basic authentication; read per request."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def auth_flow(self, request: httpx.Request) -> Any:
        secret = secret_of(self.account)
        if TOKEN not in secret:
            raise MissingSecret(
                f"{self.account.secret_env} is not <agent's e-mail>/token:<API token>; put both there,"
                " joined as Zendesk writes them"
            )
        request.headers["Authorization"] = f"Basic {base64.b64encode(secret.encode()).decode()}"
        yield request


class Desk(Client):
    """One Zendesk account's requests; all its apps share what a minute allows."""

    def __init__(self, account: Account, patience: Patience) -> None:
        super().__init__(account, patience, TokenAuth(account))
        self._account = Limit("account", "requests", "minute", PER_MINUTE, 60)
        rate = account.endpoint_rate or EXPORTS_PER_MINUTE
        self._exports = Limit("incremental exports", "requests", "minute", rate, 60)

    def limits(self, path: str) -> tuple[Limit, ...]:
        return (self._account, self._exports) if path.startswith(EXPORTS) else (self._account,)

    def check_role(self) -> None:
        """Fail now if the token's user may not export: others would be refused, or given less."""
        user: Mapping[str, Any] = self.json(ME, scope="admin role").get("user") or {}
        # Zendesk answers a request that it doesn't know the sender of as 'Anonymous user', without an id.
        if user.get("id") is None or user.get("role") != EXPORTER:
            raise MissingScope(
                f"{self._who}: the user of the token in {self.account.secret_env} is"
                f" {user.get('role') or 'nobody'}, and only an admin may use the incremental exports;"
                " give the token to an admin and load again. Nothing was loaded: without it rows would"
                " be missing"
            )

    def _learn(self, limits: tuple[Limit, ...], response: httpx.Response, spent: Spent) -> None:
        allowed = response.headers.get("X-Rate-Limit", "")
        if allowed.isdigit() and int(allowed):
            self.budget.learn(replace(self._account, allowed=float(allowed)))

    def _judge(self, what: str, response: httpx.Response, scope: str | None = None) -> None:
        if response.status_code == 429 and retry_after(response) is None:
            # 'ratelimit-reset' holds the seconds that are left of the minute.
            reset = response.headers.get("ratelimit-reset", "")
            if reset.isdigit():
                response.headers["Retry-After"] = reset
        super()._judge(what, response, scope)
