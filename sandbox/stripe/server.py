"""Stripe's API over HTTP for one account: eight lists, their objects by id, nothing to write.

Lists run from the newest down, by ``starting_after`` or ``ending_before``; events reach back 30 days.
Source: docs.stripe.com/api (pagination, errors, authentication, events), /rate-limits, /expand.
"""

import hashlib
import re
import secrets
import string

import duckdb
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.stripe import page_fault
from sandbox.stripe.access import PERMISSIONS, Key
from sandbox.stripe.errors import StripeError, missing, of_status
from sandbox.stripe.expand import expanded
from sandbox.stripe.limits import Limits
from sandbox.stripe.parameters import FILTERS, parse, parse_single
from sandbox.stripe.store import NOUNS, Store
from sandbox.world.model import AccountSpec, World
from sandbox.world.psp_events import API_VERSION

ENDPOINTS = tuple(FILTERS)
METHODS = ["GET", "POST", "DELETE"]
VERSION = re.compile(r"20\d\d-\d\d-\d\d(\.[a-z]+)?")
LETTERS = string.ascii_letters + string.digits


def application(
    world: World,
    account: AccountSpec,
    secret: str,
    limits: Limits | None = None,
    permissions: frozenset[str] = frozenset(PERMISSIONS.values()),
) -> Starlette:
    digest = hashlib.sha256(account.account.encode()).hexdigest()
    key = Key(secret, f"acct_1{digest[:15]}", permissions)
    api = Api(world.con.cursor(), account.account, key, limits or Limits())
    return Starlette(
        routes=[
            Route("/v1/{resource}", api.answer, methods=METHODS),
            Route("/v1/{resource}/{id}", api.answer, methods=METHODS),
            Route("/{path:path}", api.answer, methods=METHODS),
        ]
    )


def endpoint_of(method: str, path: str, query: str, body: bytes) -> str:
    """The list that a request belongs to, also when it asks for one of its objects."""
    parts = path.strip("/").split("/")
    known = len(parts) in (2, 3) and parts[0] == "v1" and parts[1] in ENDPOINTS
    return parts[1] if known else "unknown"


def error_body(status: int) -> bytes:
    return of_status(status, permission="rak_charge_read").body()


class Api:
    """One account's API."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, account: str, key: Key, limits: Limits
    ) -> None:
        self._con = con
        self._account = account
        self._key = key
        self._limits = limits

    async def answer(self, request: Request) -> Response:
        request.state.operation = endpoint_of(request.method, request.url.path, "", b"")
        headers = {
            "Request-Id": "req_" + "".join(secrets.choice(LETTERS) for _ in range(14)),
            "Stripe-Version": request.headers.get("stripe-version", API_VERSION),
        }
        status = 200
        try:
            content = await run_in_threadpool(self._content, request)
        except StripeError as error:
            status, content = error.status, error.body()
            headers |= error.headers
        return Response(content, status, headers, media_type="application/json")

    def _content(self, request: Request) -> bytes:
        resource = request.path_params.get("resource", "")
        if resource not in ENDPOINTS:
            raise StripeError(
                404,
                f"Unrecognized request URL ({request.method}: {request.url.path}). Please see"
                " https://stripe.com/docs or we can help at https://support.stripe.com/.",
            )
        fault = getattr(request.state, "fault", None)
        if fault == "expired_token":
            raise self._key.expired()
        self._key.check(request.headers.get("authorization"), resource, request.method)
        if fault == "missing_scope":
            raise self._key.forbidden(PERMISSIONS[resource])
        self._limits.take(resource)
        version = request.headers.get("stripe-version", API_VERSION)
        if not VERSION.fullmatch(version):
            raise StripeError(400, f"Invalid Stripe API version: {version}")
        with self._con.cursor() as con:
            store = Store(con, self._account)
            query = request.query_params.multi_items()
            if "id" in request.path_params:
                return _single(store, resource, request.path_params["id"], parse_single(query))
            asked = parse(resource, query)
            page = page_fault.page(store, resource, asked, fault)
            rows = expanded(store, page.rows, asked.expand, is_list=True)
            has_more = "true" if page.has_more else "false"
            listed = f'{{"object":"list","data":[{",".join(rows)}],"has_more":{has_more}'
            return f'{listed},"url":"/v1/{resource}"}}'.encode()


def _single(store: Store, resource: str, id_: str, expand: list[str]) -> bytes:
    found = store.objects(resource, [id_])
    if not found:
        raise missing(NOUNS[resource][0], id_, "id")
    return expanded(store, [found[id_]], expand, is_list=False)[0].encode()
