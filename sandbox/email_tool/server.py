"""The e-mail tool's export folder over HTTP for one account: ``/statements/index.csv`` and one file a month.

The index says of each file when it last grew and how many rows it holds; a bearer secret opens both.
"""

import csv
import io
import secrets

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sandbox.faults import PAGE_KINDS
from sandbox.world.model import AccountSpec, World

ENDPOINTS = ("index", "statements")
REFUSED = {
    name: dict.fromkeys(PAGE_KINDS, "it is one CSV file, which has no pages") for name in ENDPOINTS
}
ERROR_TYPE = "text/plain"
ERRORS = {
    401: "Unauthorized: send Authorization: Bearer <secret>.",
    403: "Forbidden: this secret may not read statements.",
    404: "No such file; /statements/index.csv lists them.",
    429: "Too many requests.",
    500: "Internal server error.",
}
_INDEX = """
    select _file as name, max(recorded_at) as updated_at, count(*) as rows_count
    from email_tool.statements where _account = ? group by _file order by _file"""
_FILE = """
    select * exclude (_file, _account, _seq) from email_tool.statements
    where _account = ? and _file = ? order by _seq"""


def application(world: World, account: AccountSpec, secret: str) -> Starlette:
    def answer(request: Request, operation: str, query: str, *given: str) -> Response:
        request.state.operation = operation
        token = request.headers.get("authorization", "").encode()
        fault = getattr(request.state, "fault", None)
        known = secrets.compare_digest(token, f"Bearer {secret}".encode())
        if not known or fault == "expired_token":
            return PlainTextResponse(ERRORS[401], 401, {"WWW-Authenticate": "Bearer"})
        if fault == "missing_scope":
            return PlainTextResponse(ERRORS[403], 403)
        found = world.con.cursor().execute(query, [account.account, *given])
        names, rows = [column[0] for column in found.description or []], found.fetchall()
        if not rows and given:
            return PlainTextResponse(ERRORS[404], 404)
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)
        return Response(out.getvalue(), media_type="text/csv")

    def index(request: Request) -> Response:
        return answer(request, "index", _INDEX)

    def statements(request: Request) -> Response:
        return answer(request, "statements", _FILE, request.path_params["name"])

    return Starlette(
        routes=[Route("/statements/index.csv", index), Route("/statements/{name}", statements)]
    )


def endpoint_of(method: str, path: str, query: str, body: bytes) -> str:
    del method, query, body
    if not path.startswith("/statements/"):
        return ""
    return "index" if path == "/statements/index.csv" else "statements"


def error_body(status: int) -> bytes:
    return ERRORS[status].encode()
