"""Treasury's rate file: ``/rates.csv``, whole or what changed since a moment; a bearer token opens it."""

import csv
import io
import secrets
from datetime import UTC, datetime

import duckdb
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


def app(con: duckdb.DuckDBPyConnection, secret: str) -> Starlette:
    def rates(request: Request) -> Response:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not secrets.compare_digest(given, secret):
            return PlainTextResponse("unauthorised: send Authorization: Bearer <secret>", 401)
        since = request.query_params.get("updated_since", "1970-01-01T00:00:00Z")
        moment = datetime.fromisoformat(since)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        found = con.cursor().execute(
            "select * from rates.treasury where updated_at::timestamptz >= ?"
            " order by rate_date, from_currency, to_currency, kind, version::integer",
            [moment],
        )
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([column[0] for column in found.description])
        writer.writerows(found.fetchall())
        return Response(out.getvalue(), media_type="text/csv")

    return Starlette(routes=[Route("/rates.csv", rates)])
