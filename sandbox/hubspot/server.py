"""HubSpot over HTTP for one account: lists, single reads, searches, associations.

``GET /crm/v3/objects/{contacts,companies}[/{id}]``, ``POST .../search``, ``POST .../batch/read``,
``POST /crm/v4/associations/contacts/companies/batch/read``, and what a token may: ``TOKEN_INFO``.
Source: developers.hubspot.com, CRM API v3; private apps, access token information.
"""

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
from sandbox.hubspot import batches
from sandbox.hubspot.answers import Answers
from sandbox.hubspot.errors import (
    SCOPES,
    HubSpotError,
    expired,
    invalid,
    missing_scopes,
    not_found,
    of_status,
    too_many,
    unauthorized,
)
from sandbox.hubspot.limits import Limits, Meter
from sandbox.world.model import AccountSpec, World

ENDPOINTS = (
    *("contacts", "contacts_search", "companies", "companies_search", "associations"),
    "token_info",
)
REFUSED = {
    "associations": dict.fromkeys(PAGE_KINDS, "it has no pages"),
    "token_info": dict.fromkeys(PAGE_KINDS, "it has no pages")
    | {"missing_scope": "any token may ask what it may"},
}
TOKEN_INFO = "/oauth/v2/private-apps/get/access-token-info"  # noqa: S105 a path
HUB_ID, APP_ID = 146_000_001, 2_150_001
Act = Callable[[Request, bytes], tuple[int, Any]]
TYPES = {"0-1": "contacts", "contact": "contacts", "0-2": "companies", "company": "companies"}


def endpoint_of(method: str, path: str, query: str, body: bytes) -> str:
    """The name of what a request asks for; a single object and a batch count as their list."""
    parts = path.strip("/").split("/")
    if path == TOKEN_INFO:
        return "token_info"
    if "associations" in parts[:3]:
        return "associations"
    kind = TYPES.get(parts[3], parts[3]) if len(parts) > 3 else ""
    return f"{kind}_search" if parts[-1] == "search" else kind


def error_body(status: int) -> bytes:
    return orjson.dumps(of_status(status))


def application(
    world: World,
    account: AccountSpec,
    secret: str,
    limits: Limits | None = None,
    scopes: frozenset[str] = frozenset(SCOPES.values()),
) -> Starlette:
    return HubSpot(world, account, secret, limits or Limits(), scopes).application()


class HubSpot:
    """One account of the CRM and the private app whose token ``secret`` is."""

    def __init__(
        self,
        world: World,
        account: AccountSpec,
        secret: str,
        limits: Limits,
        scopes: frozenset[str],
    ) -> None:
        self._answers = Answers(world, account, limits)
        self._meter = Meter(limits)
        self._expected = f"Bearer {secret}".encode()
        self._scopes = scopes

    def application(self) -> Starlette:
        objects = "/crm/v3/objects/{kind}"
        ends = "/crm/v4/associations/{a}/{b}/batch/read"
        return Starlette(
            routes=[
                Route(objects, self._handled(self._list), methods=["GET"]),
                Route(f"{objects}/search", self._handled(self._search), methods=["POST"]),
                Route(f"{objects}/batch/read", self._handled(self._batch), methods=["POST"]),
                Route(f"{objects}/{{id}}", self._handled(self._single), methods=["GET"]),
                Route(ends, self._handled(self._associations), methods=["POST"]),
                Route(TOKEN_INFO, self._handled(self._token_info), methods=["POST"]),
            ]
        )

    def _handled(self, act: Act) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            endpoint = endpoint_of(request.method, request.url.path, "", b"")
            request.state.operation = endpoint
            is_search = endpoint.endswith("_search")
            try:
                self._admit(request, endpoint)
                policy = self._meter.refuses(is_search=is_search)
                if policy:
                    raise too_many(policy)
                status, body = await run_in_threadpool(act, request, await request.body())
            except HubSpotError as error:
                status, body = error.status, error.body
            # A search says nothing of the limits, as documented.
            headers = {} if is_search else self._meter.headers()
            return Response(orjson.dumps(body), status, headers, media_type="application/json")

        return handle

    def _admit(self, request: Request, endpoint: str) -> None:
        fault = getattr(request.state, "fault", None)
        if not hmac.compare_digest(
            request.headers.get("authorization", "").encode(), self._expected
        ):
            raise unauthorized()
        if fault == "expired_token":
            raise expired()
        kinds = SCOPES if endpoint == "associations" else [endpoint.removesuffix("_search")]
        needed = [SCOPES[kind] for kind in kinds if kind in SCOPES]
        if fault == "missing_scope" or not self._scopes.issuperset(needed):
            raise missing_scopes(*needed)

    def _token_info(self, _request: Request, body: bytes) -> tuple[int, Any]:
        """Whose token it is and what it may: asked with the token in the body as well."""
        asked = _json(body)
        given = asked.get("tokenKey") if isinstance(asked, dict) else None
        if not isinstance(given, str) or f"Bearer {given}".encode() != self._expected:
            raise invalid("tokenKey is no access token of a private app")
        scopes = ["oauth", *sorted(self._scopes)]
        return 200, {"userId": 1, "hubId": HUB_ID, "appId": APP_ID, "scopes": scopes}

    def _list(self, request: Request, _body: bytes) -> tuple[int, Any]:
        return 200, self._answers.listed(_kind(request), request)

    def _single(self, request: Request, _body: bytes) -> tuple[int, Any]:
        found = self._answers.single(_kind(request), request.path_params["id"], request)
        if found is None:
            raise not_found()
        return 200, found

    def _search(self, request: Request, body: bytes) -> tuple[int, Any]:
        return 200, self._answers.search(_kind(request), _json(body), request)

    def _batch(self, request: Request, body: bytes) -> tuple[int, Any]:
        answers = self._answers
        return batches.objects(answers.stores[_kind(request)], _json(body), answers.now)

    def _associations(self, request: Request, body: bytes) -> tuple[int, Any]:
        ends = [TYPES.get(end, end) for end in (request.path_params["a"], request.path_params["b"])]
        if ends != ["contacts", "companies"]:
            raise invalid(f"Unable to infer associations from {ends[0]} to {ends[1]}")
        answers = self._answers
        contacts = answers.stores["contacts"]
        return batches.companies_of_contacts(contacts, _json(body), answers.now)


def _kind(request: Request) -> str:
    given = request.path_params["kind"]
    kind = TYPES.get(given, given)
    if kind not in SCOPES:
        raise invalid(f"Unable to infer object type from: {given}")
    return kind


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise invalid(f"Invalid input JSON on line 1: {error}") from None
