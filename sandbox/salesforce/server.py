"""Salesforce over HTTP for one organisation: tokens, queries, deletions, limits, descriptions, bulk queries.

Source: developer.salesforce.com, REST API Developer Guide v62.0 (query, queryAll, sObject Get Deleted,
limits, describe), Bulk API 2.0 Developer Guide (query jobs), OAuth 2.0 client credentials flow.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.salesforce.answers import Answers
from sandbox.salesforce.endpoints import ENDPOINTS, REFUSED, ROOT, TOKEN_PATH, endpoint_of
from sandbox.salesforce.errors import (
    OBJECTS,
    SalesforceError,
    disabled,
    expired,
    invalid_type,
    limit_exceeded,
    malformed,
    of_status,
)
from sandbox.salesforce.jobs import Jobs
from sandbox.salesforce.limits import BATCH_DEFAULT, BATCH_MAXIMUM, Kept, Limits
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
        self._answers = answers
        self._jobs = Jobs(answers, kept, limits)
        self._app = ConnectedApp(secret, answers.account)
        self._limits = limits
        self._kept = kept

    def application(self) -> Starlette:
        routes = [Route(TOKEN_PATH, self._grant, methods=["POST"])]
        for path, act, methods in (
            ("query", self._query, ["GET"]),
            ("queryAll", self._query, ["GET"]),
            ("query/{locator}", self._more, ["GET"]),
            ("queryAll/{locator}", self._more, ["GET"]),
            ("sobjects/{name}/deleted", self._deleted, ["GET"]),
            ("sobjects/{name}/describe", self._describe, ["GET"]),
            ("limits", self._told_limits, ["GET"]),
            ("jobs/query", self._job, ["POST"]),
            ("jobs/query/{id}", self._job, ["GET", "PATCH", "DELETE"]),
            ("jobs/query/{id}/results", self._results, ["GET"]),
        ):
            handler = self._handled(act)
            routes += [
                Route(f"{ROOT}/{path}{ending}", handler, methods=methods) for ending in ("", "/")
            ]
        return Starlette(routes=routes)

    async def _grant(self, request: Request) -> Response:
        request.state.operation = "access_token"
        try:
            return _json(self._app.granted(request, await request.body()))
        except SalesforceError as error:
            return _json(error.body, error.status)

    def _handled(self, act: Act) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            url = request.url
            endpoint = endpoint_of(request.method, url.path, url.query, b"")
            request.state.operation = endpoint or "query"
            try:
                self._admit(request, endpoint)
                response = await run_in_threadpool(act, request, await request.body())
            except SalesforceError as error:
                response = _json(error.body, error.status)
            if response.status_code != 401:
                usage = f"api-usage={self._kept.used}/{self._limits.daily}"
                response.headers["Sforce-Limit-Info"] = usage
            return response

        return handle

    def _admit(self, request: Request, endpoint: str) -> None:
        fault = _fault(request)
        if fault == "expired_token" or not self._app.knows(request):
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
