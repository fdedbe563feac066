"""One PayPal account over HTTP: OAuth tokens, transaction search, balances, disputes, settlement report files.

Source: developer.paypal.com: get an access token, transaction search v1, customer disputes v1, settlement report.
"""

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sandbox.faults import PAGE_KINDS
from sandbox.paypal import lists, settlement
from sandbox.paypal.errors import RequestError, error_body, token_error
from sandbox.paypal.tokens import App
from sandbox.world.model import AccountSpec, World

__all__ = ["ENDPOINTS", "REFUSED", "application", "endpoint_of", "error_body"]

NO_PAGES = dict.fromkeys(PAGE_KINDS, "it is one answer, which has no pages")
ENDPOINTS = ("transactions", "balances", "disputes", "settlement_files", "access_token")
REFUSED = {
    "balances": NO_PAGES,
    "settlement_files": NO_PAGES,
    "access_token": {**NO_PAGES, "missing_scope": "a token is granted whatever it may read"},
    "disputes": dict.fromkeys(PAGE_KINDS, "disputes have too few pages here to lose one"),
}
FILE = re.compile(r"STL-(\d{4})(\d{2})(\d{2})\.01\.\d{3}\.CSV")


def application(world: World, account: AccountSpec, secret: str) -> Starlette:
    app, shown = App(secret), _Shown(world, account)

    async def token(request: Request) -> Response:
        request.state.operation = "access_token"
        return app.granted(request, await request.body())

    answers = {
        "/v1/reporting/transactions": ("transactions", shown.transactions),
        "/v1/reporting/balances": ("balances", shown.balances),
        "/v1/customer/disputes": ("disputes", shown.disputes),
        "/v1/customer/disputes/{id}": ("disputes", shown.dispute),
        "/reports/index.csv": ("settlement_files", shown.index),
        "/reports/{name}": ("settlement_files", shown.file),
    }
    return Starlette(
        routes=[
            Route("/v1/oauth2/token", token, methods=["POST"]),
            *(Route(path, _guarded(app, *given)) for path, given in answers.items()),
        ]
    )


def _guarded(
    app: App, operation: str, answer: Callable[[Request], Any]
) -> Callable[[Request], Response]:
    """Answers only to the app's own token, and in PayPal's words where it can't."""

    def handle(request: Request) -> Response:
        request.state.operation = operation
        fault = getattr(request.state, "fault", None)
        if not app.knows(request) or fault == "expired_token":
            return token_error(401, "invalid_token", "Token signature verification failed")
        if fault == "missing_scope":
            return RequestError(403, "NOT_AUTHORIZED").response()
        try:
            found = answer(request)
        except RequestError as error:
            return error.response()
        return found if isinstance(found, Response) else JSONResponse(found)

    return handle


class _Shown:
    """One account's answers at the world's clock."""

    def __init__(self, world: World, account: AccountSpec) -> None:
        self._con = world.con
        self._zone = account.zone
        self._now = world.clock.replace(tzinfo=None)

    def transactions(self, request: Request) -> Any:
        fault = getattr(request.state, "fault", None)
        return lists.transactions(self._con.cursor(), self._now, request.query_params, fault)

    def balances(self, request: Request) -> Any:
        return lists.balances(self._con.cursor(), self._now, request.query_params)

    def disputes(self, request: Request) -> Any:
        return lists.disputes(self._con.cursor(), request.query_params, _base(request))

    def dispute(self, request: Request) -> Any:
        return lists.dispute(self._con.cursor(), request.path_params["id"], _base(request))

    @cached_property
    def _index(self) -> str:
        """Made once: the sizes in it are those of all the files."""
        out = io.StringIO()
        files = settlement.files(self._con.cursor(), self._zone, self._now)
        csv.writer(out, lineterminator="\n").writerows([settlement.INDEX, *files])
        return out.getvalue()

    def index(self, request: Request) -> Response:
        del request
        return Response(self._index, media_type="text/csv")

    def file(self, request: Request) -> Response:
        named = FILE.fullmatch(request.path_params["name"])
        found = None
        if named:
            day = date(*(int(part) for part in named.groups()))
            found = settlement.text(self._con.cursor(), self._zone, day, self._now)
        if found is None:
            return PlainTextResponse("No such file; /reports/index.csv lists them.", 404)
        return Response(found, media_type="text/csv")


def endpoint_of(method: str, path: str, query: str, body: bytes) -> str:
    del method, query, body
    for start, endpoint in (
        ("/v1/oauth2/token", "access_token"),
        ("/v1/reporting/transactions", "transactions"),
        ("/v1/reporting/balances", "balances"),
        ("/v1/customer/disputes", "disputes"),
        ("/reports/", "settlement_files"),
    ):
        if path.startswith(start):
            return endpoint
    return ""


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")
