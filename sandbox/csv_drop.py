"""CSV files over HTTP behind a bearer secret: each whole, or what changed since a moment; an index lists them.

A file is a query over the world; columns that begin with ``_`` are the generator's own and not shown.
"""

import csv
import io
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import duckdb
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

ERRORS = {
    401: "Unauthorized: send Authorization: Bearer <secret>.",
    403: "Forbidden: this secret may not read these files.",
    429: "Too many requests.",
    500: "Internal server error.",
}


def application(
    con: duckdb.DuckDBPyConnection, secret: str, files: Mapping[str, str], *, has_index: bool
) -> Starlette:
    """``files``: name to the query of its rows; one with ``updated_at`` may be asked ``updated_since``."""

    def served(name: str, write: Callable[[Request], Response]) -> Route:
        def answer(request: Request) -> Response:
            request.state.operation = name
            given = request.headers.get("authorization", "").encode()
            fault = getattr(request.state, "fault", None)
            known = secrets.compare_digest(given, f"Bearer {secret}".encode())
            if not known or fault == "expired_token":
                return PlainTextResponse(ERRORS[401], 401, {"WWW-Authenticate": "Bearer"})
            if fault == "missing_scope":
                return PlainTextResponse(ERRORS[403], 403)
            return write(request)

        return Route(f"/{name}.csv", answer)

    def file(query: str) -> Callable[[Request], Response]:
        def write(request: Request) -> Response:
            try:
                since = datetime.fromisoformat(
                    request.query_params.get("updated_since", "1970-01-01T00:00:00Z")
                )
            except ValueError:
                return PlainTextResponse("updated_since is an ISO time: 2026-01-31T00:00:00Z.", 400)
            moment = since if since.tzinfo else since.replace(tzinfo=UTC)
            return Response(_csv(con, query, moment), media_type="text/csv")

        return write

    def index(request: Request) -> Response:
        del request
        rows = []
        for name, query in files.items():
            newest = con.cursor().execute(f"select max(updated_at) from ({query})").fetchall()[0][0]
            rows.append([f"{name}.csv", newest, len(_csv(con, query).encode())])
        return Response(_text(["name", "updated_at", "size"], rows), media_type="text/csv")

    routes = [served(name, file(query)) for name, query in files.items()]
    return Starlette(routes=[*routes, *([served("index", index)] if has_index else [])])


def _csv(con: duckdb.DuckDBPyConnection, query: str, since: datetime | None = None) -> str:
    found = con.cursor().execute(
        f"from ({query}) where ?::timestamptz is null or cast(updated_at as timestamptz) >= ?",
        [since, since],
    )
    names = [column[0] for column in found.description or []]
    shown = [i for i, name in enumerate(names) if not name.startswith("_")]
    rows = [[row[i] for i in shown] for row in found.fetchall()]
    return _text([names[i] for i in shown], rows)


def _text(names: list[str], rows: list[list[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return out.getvalue()
