"""PayPal's REST API as a conversation: a token by client credentials, its words for what it refuses.

Source: developer.paypal.com: authentication, Transaction Search v1 (errors), rate limiting.
"""

import base64

import httpx
import orjson

from ingestion.client_credentials import ClientCredentials
from ingestion.group import Account
from ingestion.http import Client
from ingestion.patience import Patience

TOO_LARGE = "RESULTSET_TOO_LARGE"


class TooLarge(Exception):  # noqa: N818 an instruction to ask for less
    """More rows than one question may have."""


class AppAuth(ClientCredentials):
    """The app's id and secret as Basic authentication, a bearer token for the rest."""

    path = "/v1/oauth2/token"
    misfit = "not <client id>:<secret>; put the REST app's there, joined by a colon"
    check = "the REST app's client id and secret, and that it is a live app"

    def _grant(self, secret: str) -> httpx.Request:
        return httpx.Request(
            "POST",
            f"{self.account.base_url}{self.path}",
            data={"grant_type": "client_credentials"},
            headers={"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"},
        )


class PayPal(Client):
    """One PayPal account's requests."""

    def __init__(self, account: Account, patience: Patience) -> None:
        self.auth_of_app = AppAuth(account)
        super().__init__(account, patience, self.auth_of_app)

    def _judge(self, what: str, response: httpx.Response, scope: str | None = None) -> None:
        if response.status_code in (400, 422) and _name(response) == TOO_LARGE:
            self._note_date(response)
            raise TooLarge
        super()._judge(what, response, scope)


def _name(response: httpx.Response) -> str | None:
    """What PayPal calls an error, at the top or in its details."""
    try:
        said = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(said, dict):
        return None
    details = said.get("details") or [{}]
    issues = [each.get("issue") for each in details if isinstance(each, dict)]
    return TOO_LARGE if TOO_LARGE in issues else said.get("name")
