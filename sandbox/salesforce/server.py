"""Salesforce over HTTP for one organisation: tokens, queries, deletions, limits, descriptions, bulk queries.

Source: developer.salesforce.com, REST API Developer Guide v62.0 (query, queryAll, sObject Get Deleted,
limits, describe), Bulk API 2.0 Developer Guide (query jobs), OAuth 2.0 client credentials flow.
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, parse_qsl

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.salesforce.answers import ROOT, Answers
from sandbox.salesforce.errors import (
    OBJECTS,
    SalesforceError,
    TokenError,
    disabled,
    expired,
    invalid_type,
    limit_exceeded,
    malformed,
    of_status,
)
from sandbox.salesforce.fields import ENTITIES
from sandbox.salesforce.jobs import Jobs
from sandbox.salesforce.limits import BATCH_DEFAULT, BATCH_MAXIMUM, Kept, Limits
from sandbox.world.model import AccountSpec, World

__all__ = ["ENDPOINTS", "REFUSED", "Kept", "application", "endpoint_of", "error_body"]

ENDPOINTS = (
    *("contacts", "leads", "accounts", "counts", "deletions", "descriptions", "limits"),
    *("query_jobs", "query_results", "access_token"),
)
PAGE_KINDS = ("duplicate_page", "missing_page", "reordered_page")
PAGELESS = dict.fromkeys(PAGE_KINDS, "it has no pages")
REFUSED = dict.fromkeys(
    ("counts", "deletions", "descriptions", "limits", "query_jobs"), PAGELESS
) | {"access_token": {**PAGELESS, "missing_scope": "it is what grants"}}
TOKEN_PATH = "/services/oauth2/token"  # noqa: S105 a path
OF_LETTER = {"C": "contacts", "L": "leads", "A": "accounts"}
Act = Callable[[Request, bytes], Response]


def endpoint_of(method: str, path: str, query: str, body: bytes) -> str:
    """The name of what a request asks for; what continues a query is named by its locator's letter."""
    if path == TOKEN_PATH:
        return "access_token"
    parts = path.removeprefix(ROOT).strip("/").split("/")
    if parts[:2] == ["jobs", "query"]:
        return "query_results" if parts[-1] == "results" else "query_jobs"
    if parts[0] in ("query", "queryAll"):
        if len(parts) > 1:
            return OF_LETTER.get(parts[1][3:4], "")
        text = parse_qs(query).get("q", [""])[0].lower()
        if "count()" in text.replace(" ", ""):
            return "counts"
        named = text.partition(" from ")[2].split()
        return OBJECTS.get(ENTITIES.get(named[0] if named else "", ""), "")
    return {"deleted": "deletions", "describe": "descriptions", "limits": "limits"}.get(
        parts[-1], ""
    )


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
    """One organisation, and the connected app that ``secret`` (``client id:client secret``) is of."""

    def __init__(self, answers: Answers, secret: str, limits: Limits, kept: Kept) -> None:
        self._answers = answers
        self._jobs = Jobs(answers, kept, limits)
        self._secret = secret
        self._limits = limits
        self._kept = kept
        # The same for the same organisation, in whatever world: a session outlives the clock.
        digest = hashlib.sha256(f"{secret} {answers.account}".encode()).hexdigest()
        self._org = f"00D5g00000{digest[:5].upper()}EAA"
        self._token = f"{self._org[:15]}!AQ{digest[5:61]}"

    def application(self) -> Starlette:
        job = f"{ROOT}/jobs/query/{{id}}"
        return Starlette(
            routes=[
                Route(TOKEN_PATH, self._grant, methods=["POST"]),
                Route(f"{ROOT}/query", self._handled(self._query), methods=["GET"]),
                Route(f"{ROOT}/query/", self._handled(self._query), methods=["GET"]),
                Route(f"{ROOT}/queryAll", self._handled(self._query), methods=["GET"]),
                Route(f"{ROOT}/queryAll/", self._handled(self._query), methods=["GET"]),
                Route(f"{ROOT}/query/{{locator}}", self._handled(self._more), methods=["GET"]),
                Route(f"{ROOT}/queryAll/{{locator}}", self._handled(self._more), methods=["GET"]),
                Route(f"{ROOT}/sobjects/{{name}}/deleted", self._handled(self._deleted)),
                Route(f"{ROOT}/sobjects/{{name}}/deleted/", self._handled(self._deleted)),
                Route(f"{ROOT}/sobjects/{{name}}/describe", self._handled(self._describe)),
                Route(f"{ROOT}/sobjects/{{name}}/describe/", self._handled(self._describe)),
                Route(f"{ROOT}/limits", self._handled(self._told_limits)),
                Route(f"{ROOT}/limits/", self._handled(self._told_limits)),
                Route(f"{ROOT}/jobs/query", self._handled(self._job), methods=["POST"]),
                Route(job, self._handled(self._job), methods=["GET", "PATCH", "DELETE"]),
                Route(f"{job}/results", self._handled(self._results), methods=["GET"]),
            ]
        )

    async def _grant(self, request: Request) -> Response:
        request.state.operation = "access_token"
        try:
            body = self._granted(request, await request.body())
            status = 200
        except TokenError as error:
            status, body = error.status, error.body
        return Response(orjson.dumps(body), status, media_type="application/json")

    def _granted(self, request: Request, body: bytes) -> Any:
        asked = dict(parse_qsl(body.decode("utf-8", "replace")))
        if getattr(request.state, "fault", None) == "expired_token":
            raise TokenError("invalid_client", "invalid client credentials", 401)
        if asked.get("grant_type") != "client_credentials":
            raise TokenError("unsupported_grant_type", "grant type not supported")
        given = f"{asked.get('client_id', '')}:{asked.get('client_secret', '')}"
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            raise TokenError("invalid_client", "invalid client credentials")
        base = str(request.base_url).rstrip("/")
        return {
            "access_token": self._token,
            "signature": hashlib.sha256(self._token.encode()).hexdigest(),
            "scope": "api",
            "instance_url": base,
            "id": f"{base}/id/{self._org}/0055gE00000000AABQ",
            "token_type": "Bearer",
            "issued_at": "1791007200000",
        }

    def _handled(self, act: Act) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            url = request.url
            endpoint = endpoint_of(request.method, url.path, url.query, b"")
            request.state.operation = endpoint or "query"
            headers = {}
            try:
                self._admit(request, endpoint)
                response = await run_in_threadpool(act, request, await request.body())
            except SalesforceError as error:
                response = _json(error.body, error.status)
            if response.status_code != 401:
                headers["Sforce-Limit-Info"] = f"api-usage={self._kept.used}/{self._limits.daily}"
            response.headers.update(headers)
            return response

        return handle

    def _admit(self, request: Request, endpoint: str) -> None:
        fault = getattr(request.state, "fault", None)
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode()):
            raise expired()
        if fault == "expired_token":
            raise expired()
        if not self._kept.admits(self._limits):
            raise limit_exceeded()
        if fault == "missing_scope":
            if endpoint in OBJECTS.values():
                raise invalid_type(
                    next(name for name, table in OBJECTS.items() if table == endpoint)
                )
            raise disabled()

    def _query(self, request: Request, _body: bytes) -> Response:
        text = request.query_params.get("q")
        if not text:
            raise malformed("Missing required parameter: q")
        with_deleted = "queryAll" in request.url.path
        found = self._answers.query(
            text, with_deleted=with_deleted, size=_size(request), fault=_fault(request)
        )
        return _json(found)

    def _more(self, request: Request, _body: bytes) -> Response:
        locator = request.path_params["locator"]
        return _json(self._answers.more(locator, _size(request), _fault(request)))

    def _deleted(self, request: Request, _body: bytes) -> Response:
        given = request.query_params
        name = request.path_params["name"]
        return _json(
            self._answers.deleted(name, given.get("start"), given.get("end"), _fault(request))
        )

    def _describe(self, request: Request, _body: bytes) -> Response:
        return _json(self._answers.describe(request.path_params["name"]))

    def _told_limits(self, _request: Request, _body: bytes) -> Response:
        limits, kept = self._limits, self._kept
        jobs = limits.daily_query_jobs
        return _json(
            {
                "DailyApiRequests": {"Max": limits.daily, "Remaining": limits.daily - kept.used},
                "DailyBulkV2QueryJobs": {"Max": jobs, "Remaining": jobs - kept.jobs_used},
            }
        )

    def _job(self, request: Request, body: bytes) -> Response:
        job_id = request.path_params.get("id")
        if job_id is None:
            return _json(self._jobs.create(_asked(body)))
        if request.method == "DELETE":
            self._jobs.delete(job_id)
            return Response(status_code=204)
        if request.method == "PATCH":
            return _json(self._jobs.abort(job_id))
        return _json(self._jobs.info(job_id))

    def _results(self, request: Request, _body: bytes) -> Response:
        given = request.query_params
        text, headers = self._jobs.results(
            request.path_params["id"],
            given.get("maxRecords"),
            given.get("locator"),
            _fault(request),
        )
        return Response(text.encode(), headers=headers, media_type="text/csv")


def _fault(request: Request) -> str | None:
    return getattr(request.state, "fault", None)


def _size(request: Request) -> int:
    """``Sforce-Query-Options: batchSize=n``: a small world has pages too, so the least of 200 isn't held."""
    given = request.headers.get("sforce-query-options", "").replace(" ", "")
    _, _, number = given.partition("batchSize=")
    return min(int(number), BATCH_MAXIMUM) if number.isdigit() and int(number) else BATCH_DEFAULT


def _asked(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise SalesforceError(400, "JSON_PARSER_ERROR", str(error)) from None


def _json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
