"""Treasury's rate file: ``/rates.csv``, whole or what changed since a moment; a bearer secret opens it."""

import csv
import io
import secrets
from datetime import UTC, datetime

import duckdb
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sandbox.faults import PAGE_KINDS

ENDPOINTS = ("rates",)
REFUSED = {"rates": dict.fromkeys(PAGE_KINDS, "it is one CSV file, which has no pages")}
ERROR_TYPE = "text/plain"
ERRORS = {
    401: "Unauthorized: send Authorization: Bearer <secret>.",
    403: "Forbidden: this secret may not read rates.",
    429: "Too many requests.",
    500: "Internal server error.",
}


def application(con: duckdb.DuckDBPyConnection, secret: str) -> Starlette:
    def rates(request: Request) -> Response:
        request.state.operation = "rates"
        given = request.headers.get("authorization", "").encode()
        fault = getattr(request.state, "fault", None)
        known = secrets.compare_digest(given, f"Bearer {secret}".encode())
        if not known or fault == "expired_token":
            return PlainTextResponse(ERRORS[401], 401, {"WWW-Authenticate": "Bearer"})
        if fault == "missing_scope":
            return PlainTextResponse(ERRORS[403], 403)
        try:
            since = datetime.fromisoformat(
                request.query_params.get("updated_since", "1970-01-01T00:00:00Z")
            )
        except ValueError:
            return PlainTextResponse("updated_since is an ISO time: 2026-01-31T00:00:00Z.", 400)
        moment = since if since.tzinfo else since.replace(tzinfo=UTC)
        found = con.cursor().execute(
            """select * from rates.treasury where cast(updated_at as timestamptz) >= ?
            order by rate_date, from_currency, to_currency, kind, cast(version as integer)""",
            [moment],
        )
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([column[0] for column in found.description or []])
        writer.writerows(found.fetchall())
        return Response(out.getvalue(), media_type="text/csv")

    return Starlette(routes=[Route("/rates.csv", rates)])


def endpoint_of(method: str, path: str, query: str, body: bytes) -> str:
    del method, query, body
    return "rates" if path == "/rates.csv" else ""


def error_body(status: int) -> bytes:
    return ERRORS[status].encode()
