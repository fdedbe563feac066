"""Zendesk Support over HTTP for one account: incremental exports, identities, deleted users, and who asks.

Source: developer.zendesk.com, Incremental Exports, Users, User Identities; security and authentication.
"""

import base64
import hmac
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.faults import PAGE_KINDS
from sandbox.world.model import AccountSpec, World
from sandbox.zendesk.errors import (
    ZendeskError,
    forbidden,
    not_found,
    of_status,
    too_many,
    unauthorized,
)
from sandbox.zendesk.exports import Exports
from sandbox.zendesk.limits import RAISED, Kept, Limits
from sandbox.zendesk.users import Users

__all__ = ["ENDPOINTS", "REFUSED", "Kept", "application", "endpoint_of", "error_body"]

ENDPOINTS = ("users", "tickets", "user_identities", "deleted_users", "me")
PAGELESS = dict.fromkeys(PAGE_KINDS, "it has no pages here")
REFUSED = {
    "user_identities": PAGELESS,
    "me": PAGELESS | {"missing_scope": "whoever asks may ask who they are"},
}
API = "/api/v2"
Act = Callable[[Request], Any]


def endpoint_of(method: str, path: str, query: str, body: bytes) -> str:
    """The name of what a request asks for; an export by cursor and one by time have the same."""
    parts = path.removeprefix(API).strip("/").removesuffix(".json").split("/")
    if parts[0] == "incremental":
        return parts[1] if len(parts) > 1 and parts[1] in ENDPOINTS else ""
    if parts[-1] == "identities":
        return "user_identities"
    if parts[0] == "deleted_users":
        return "deleted_users"
    if parts[-1] == "me":
        return "me"
    return "users" if parts[0] == "users" else ""


def error_body(status: int) -> bytes:
    return orjson.dumps(of_status(status))


def application(
    world: World,
    account: AccountSpec,
    secret: str,
    limits: Limits | None = None,
    *,
    is_admin: bool = True,
    kept: Kept | None = None,
) -> Starlette:
    """``is_admin``: whether the token's user is; only an admin may export."""
    desk = Zendesk(world, account, secret, limits or RAISED, kept or Kept(), is_admin=is_admin)
    return desk.application()


class Zendesk:
    """One account, asked with ``secret``: an agent's address, ``/token:`` and an API token."""

    def __init__(
        self,
        world: World,
        account: AccountSpec,
        secret: str,
        limits: Limits,
        kept: Kept,
        *,
        is_admin: bool,
    ) -> None:
        self._exports = Exports(world, account)
        self._users = Users(world, account)
        self._secret = secret
        self._limits = limits
        self._kept = kept
        self._is_admin = is_admin

    def application(self) -> Starlette:
        def both(path: str, act: Act) -> list[Route]:
            handler = self._handled(act)
            return [Route(f"{API}/{path}{ending}", handler) for ending in ("", ".json")]

        return Starlette(
            routes=[
                *both("incremental/{kind}/cursor", self._by_cursor),
                # With the ending in the name: a path parameter takes it along.
                *both("incremental/{kind}", self._by_time),
                *both("users/me", self._me),
                *both("users/{id}/identities", self._identities),
                *both("users/{id:int}", self._user),
                *both("deleted_users", self._deleted),
            ]
        )

    def _handled(self, act: Act) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            endpoint = endpoint_of(request.method, request.url.path, "", b"")
            request.state.operation = endpoint or "zendesk"
            is_export = "/incremental/" in request.url.path
            headers: dict[str, str] = {}
            try:
                self._admit(request, endpoint, is_export=is_export)
                body, status = await run_in_threadpool(act, request), 200
            except ZendeskError as error:
                body, status = error.body, error.status
                if error.retry_after is not None:
                    headers["Retry-After"] = str(error.retry_after)
            headers |= self._kept.headers(self._limits, is_export=is_export)
            return Response(orjson.dumps(body), status, headers, media_type="application/json")

        return handle

    def _admit(self, request: Request, endpoint: str, *, is_export: bool) -> None:
        fault = getattr(request.state, "fault", None)
        expected = f"Basic {base64.b64encode(self._secret.encode()).decode()}"
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), expected.encode()) or fault == "expired_token":
            raise unauthorized()
        if fault == "missing_scope" or (is_export and not self._is_admin):
            raise forbidden()
        wait = self._kept.refuses(self._limits, is_export=is_export)
        if wait is not None:
            raise too_many(wait, is_export=is_export)

    def _by_cursor(self, request: Request) -> Any:
        return self._exports.by_cursor(_kind(request), *_page(request))

    def _by_time(self, request: Request) -> Any:
        return self._exports.by_time(_kind(request), *_page(request))

    def _deleted(self, request: Request) -> Any:
        return self._users.deleted(*_page(request))

    def _identities(self, request: Request) -> Any:
        return self._users.identities(request.path_params["id"])

    def _user(self, request: Request) -> Any:
        found = self._users.user(str(request.path_params["id"]))
        if found is None:
            raise not_found()
        return {"user": found}

    def _me(self, _request: Request) -> Any:
        email, _, _ = self._secret.partition("/token:")
        user = self._users.of_address(email) or {"id": None, "name": "Anonymous user"}
        role = "admin" if self._is_admin else "agent"
        return {"user": {**user, "role": role if user["id"] else "end-user"}}


def _kind(request: Request) -> str:
    kind = request.path_params["kind"].removesuffix(".json")
    if kind not in ("users", "tickets"):
        raise not_found()
    return kind


def _page(request: Request) -> tuple[Any, str, str | None]:
    url = f"{str(request.base_url).rstrip('/')}{request.url.path}"
    return request.query_params, url, getattr(request.state, "fault", None)
