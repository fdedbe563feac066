"""Salesforce over HTTP for one organisation: its calls, who is let in; what each answers stands in ``calls``.

Source: developer.salesforce.com, REST API Developer Guide v62.0 (query, queryAll, sObject Get Deleted,
limits, describe), Bulk API 2.0 Developer Guide (query jobs), OAuth 2.0 client credentials flow.
"""

from collections.abc import Awaitable, Callable

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.salesforce.answers import Answers
from sandbox.salesforce.calls import Calls, as_json, fault
from sandbox.salesforce.endpoints import ENDPOINTS, REFUSED, ROOT, TOKEN_PATH, endpoint_of
from sandbox.salesforce.errors import (
    OBJECTS,
    SalesforceError,
    disabled,
    expired,
    invalid_type,
    limit_exceeded,
    of_status,
)
from sandbox.salesforce.limits import Kept, Limits
from sandbox.salesforce.tokens import ConnectedApp
from sandbox.world.model import AccountSpec, World

__all__ = ["ENDPOINTS", "REFUSED", "Kept", "application", "endpoint_of", "error_body"]

Act = Callable[[Request, bytes], Response]


def error_body(status: int) -> bytes:
    return orjson.dumps(of_status(status))


def application(
    world: World,
    account: AccountSpec,
    secret: str,
    limits: Limits | None = None,
    objects: frozenset[str] = frozenset(OBJECTS),
    hidden: frozenset[str] = frozenset(),
    kept: Kept | None = None,
) -> Starlette:
    """``hidden`` are the fields that field-level security keeps from the user (``Contact.Phone``)."""
    kept = kept or Kept()
    answers = Answers(world, account, kept, objects, hidden)
    return Salesforce(answers, secret, limits or Limits(), kept).application()


class Salesforce:
    """One organisation as the connected app that ``secret`` is of may ask it."""

    def __init__(self, answers: Answers, secret: str, limits: Limits, kept: Kept) -> None:
        self._calls = Calls(answers, limits, kept)
        self._app = ConnectedApp(secret, answers.account)
        self._limits = limits
        self._kept = kept

    def application(self) -> Starlette:
        routes = [Route(TOKEN_PATH, self._grant, methods=["POST"])]
        for path, act, methods in (
            ("query", self._calls.query, ["GET"]),
            ("queryAll", self._calls.query, ["GET"]),
            ("query/{locator}", self._calls.more, ["GET"]),
            ("queryAll/{locator}", self._calls.more, ["GET"]),
            ("sobjects/{name}/deleted", self._calls.deleted, ["GET"]),
            ("sobjects/{name}/describe", self._calls.describe, ["GET"]),
            ("limits", self._calls.limits, ["GET"]),
            ("jobs/query", self._calls.job, ["POST"]),
            ("jobs/query/{id}", self._calls.job, ["GET", "PATCH", "DELETE"]),
            ("jobs/query/{id}/results", self._calls.results, ["GET"]),
        ):
            handler = self._handled(act)
            routes += [
                Route(f"{ROOT}/{path}{ending}", handler, methods=methods) for ending in ("", "/")
            ]
        return Starlette(routes=routes)

    async def _grant(self, request: Request) -> Response:
        request.state.operation = "access_token"
        try:
            return as_json(self._app.granted(request, await request.body()))
        except SalesforceError as error:
            return as_json(error.body, error.status)

    def _handled(self, act: Act) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            url = request.url
            endpoint = endpoint_of(request.method, url.path, url.query, b"")
            request.state.operation = endpoint or "query"
            try:
                self._admit(request, endpoint)
                response = await run_in_threadpool(act, request, await request.body())
            except SalesforceError as error:
                response = as_json(error.body, error.status)
            if response.status_code != 401:
                usage = f"api-usage={self._kept.used}/{self._limits.daily}"
                response.headers["Sforce-Limit-Info"] = usage
            return response

        return handle

    def _admit(self, request: Request, endpoint: str) -> None:
        played = fault(request)
        if played == "expired_token" or not self._app.knows(request):
            raise expired()
        if not self._kept.admits(self._limits):
            raise limit_exceeded()
        if played == "missing_scope":
            if endpoint in OBJECTS.values():
                raise invalid_type(
                    next(name for name, table in OBJECTS.items() if table == endpoint)
                )
            raise disabled()
