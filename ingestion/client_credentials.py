"""Tokens by OAuth's client-credentials grant: minted when first needed, and again when a session ended.

The secret, ``<client_id>:<client_secret>`` of an app, is read per request; a token lives in this process only.
"""

from collections.abc import Mapping
from typing import Any

import httpx
import orjson

from ingestion.auth import secret_of
from ingestion.errors import MissingSecret, VendorError
from ingestion.group import Account
from ingestion.http import AGAIN, TryAgain, retry_after


class ClientCredentials(httpx.Auth):
    """What each vendor has of its own: where it grants, how a request carries a token, what to tell."""

    requires_response_body = True
    path: str
    header, before = "Authorization", "Bearer "
    misfit: str  # what is wrong with a secret that is no pair, and what to put there
    check: str  # what to look at when the vendor refuses the client

    def __init__(self, account: Account) -> None:
        self.account = account
        self._token: str | None = None

    @property
    def has_ended(self) -> bool:
        """Whether the token's lifetime is known to be over; a 401 tells in any case."""
        return False

    def auth_flow(self, request: httpx.Request) -> Any:
        secret = secret_of(self.account)
        if ":" not in secret:
            raise MissingSecret(f"{self.account.secret_env} is {self.misfit}")
        if self._token is None or self.has_ended:
            self._keep((yield self._grant(secret)))
        request.headers[self.header] = f"{self.before}{self._token}"
        response = yield request
        if response.status_code == 401:  # revoked, or ended by the vendor
            self._keep((yield self._grant(secret)))
            request.headers[self.header] = f"{self.before}{self._token}"
            yield request

    def learn(self, granted: Mapping[str, Any]) -> None:
        """Take from the answer what is worth knowing beside the token."""

    def _grant(self, secret: str) -> httpx.Request:
        client_id, _, client_secret = secret.partition(":")
        form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
        }
        return httpx.Request("POST", f"{self.account.base_url}{self.path}", data=form)

    def _keep(self, response: httpx.Response) -> None:
        if response.status_code in AGAIN:
            raise TryAgain(
                f"answer {response.status_code} to a token request", retry_after(response)
            )
        if not response.is_success:
            raise VendorError(
                f"{self.account.system} {self.account.account}: no token for the client in"
                f" {self.account.secret_env} ({response.status_code}); check {self.check}, then load again",
                response.status_code,
                asked=self.path,
            )
        try:
            granted = orjson.loads(response.content)
            self._token = str(granted["access_token"])
        except (orjson.JSONDecodeError, KeyError, TypeError):
            raise TryAgain("a token request's answer without a token") from None
        self.learn(granted)
