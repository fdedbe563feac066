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


def application(con: duckdb.DuckDBPyConnection, secret: str) -> Starlette:
    def rates(request: Request) -> Response:
        request.state.operation = "rates"
        given = request.headers.get("authorization", "").encode()
        if not secrets.compare_digest(given, f"Bearer {secret}".encode()):
            headers = {"WWW-Authenticate": "Bearer"}
            return PlainTextResponse(
                "Unauthorized: send Authorization: Bearer <secret>.", 401, headers
            )
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
