"""Secrets as requests carry them: looked up per request in the environment, never kept, never logged."""

import os
from typing import Any

import httpx

from ingestion.errors import MissingSecret
from ingestion.group import Account


def secret_of(account: Account) -> str:
    """The account's secret, read now."""
    if account.secret_env is None:
        raise MissingSecret(
            f"{account.system} {account.account} has no secret_env in the group file; name the"
            " environment variable that holds its secret"
        )
    secret = os.environ.get(account.secret_env, "").strip()
    if not secret:
        raise MissingSecret(
            f"{account.secret_env} isn't set; {account.system} {account.account} needs it: put it into"
            " the environment or the group's .env file"
        )
    return secret


class HeaderAuth(httpx.Auth):
    """The secret in a header of the vendor's choice."""

    def __init__(self, account: Account, header: str, before: str = "") -> None:
        self.account, self.header, self.before = account, header, before

    def auth_flow(self, request: httpx.Request) -> Any:
        request.headers[self.header] = f"{self.before}{secret_of(self.account)}"
        yield request


class BearerAuth(HeaderAuth):
    """``Authorization: Bearer <secret>``."""

    def __init__(self, account: Account) -> None:
        super().__init__(account, "Authorization", "Bearer ")
