"""What each call of Salesforce answers to one that is let in: query, more pages, deletions, limits, jobs."""

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from sandbox.salesforce.answers import Answers
from sandbox.salesforce.errors import SalesforceError, malformed
from sandbox.salesforce.jobs import Jobs
from sandbox.salesforce.limits import BATCH_DEFAULT, BATCH_MAXIMUM, Kept, Limits


class Calls:
    """Of one organisation."""

    def __init__(self, answers: Answers, limits: Limits, kept: Kept) -> None:
        self._answers = answers
        self._jobs = Jobs(answers, kept, limits)
        self._limits = limits
        self._kept = kept

    def query(self, request: Request, _body: bytes) -> Response:
        text = request.query_params.get("q")
        if not text:
            raise malformed("Missing required parameter: q")
        with_deleted = "queryAll" in request.url.path
        found = self._answers.query(
            text, with_deleted=with_deleted, size=_size(request), fault=fault(request)
        )
        return as_json(found)

    def more(self, request: Request, _body: bytes) -> Response:
        locator = request.path_params["locator"]
        return as_json(self._answers.more(locator, _size(request), fault(request)))

    def deleted(self, request: Request, _body: bytes) -> Response:
        given = request.query_params
        name = request.path_params["name"]
        return as_json(
            self._answers.deleted(name, given.get("start"), given.get("end"), fault(request))
        )

    def describe(self, request: Request, _body: bytes) -> Response:
        return as_json(self._answers.describe(request.path_params["name"]))

    def limits(self, _request: Request, _body: bytes) -> Response:
        limits, kept = self._limits, self._kept
        jobs = limits.daily_query_jobs
        return as_json(
            {
                "DailyApiRequests": {"Max": limits.daily, "Remaining": limits.daily - kept.used},
                "DailyBulkV2QueryJobs": {"Max": jobs, "Remaining": jobs - kept.jobs_used},
            }
        )

    def job(self, request: Request, body: bytes) -> Response:
        job_id = request.path_params.get("id")
        if job_id is None:
            return as_json(self._jobs.create(_asked(body)))
        if request.method == "DELETE":
            self._jobs.delete(job_id)
            return Response(status_code=204)
        if request.method == "PATCH":
            return as_json(self._jobs.abort(job_id))
        return as_json(self._jobs.info(job_id))

    def results(self, request: Request, _body: bytes) -> Response:
        given = request.query_params
        text, headers = self._jobs.results(
            request.path_params["id"],
            given.get("maxRecords"),
            given.get("locator"),
            fault(request),
        )
        return Response(text.encode(), headers=headers, media_type="text/csv")


def fault(request: Request) -> str | None:
    return getattr(request.state, "fault", None)


def as_json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")


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
