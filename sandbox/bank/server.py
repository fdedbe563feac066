"""A bank's statement folder over HTTP for one account: ``/statements/index.csv`` and the files it lists.

The index says of each file when it last grew and how many bytes it has; a bearer secret opens both. Files
are camt.053 or CSV, as the bank gives them; the same file may come twice under two names.
"""

import csv
import io
import secrets
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sandbox.bank import camt, csv_statements
from sandbox.faults import PAGE_KINDS
from sandbox.world.model import AccountSpec, World
from sandbox.world.shops import EXPONENTS

ENDPOINTS = ("index", "statements")
REFUSED = {
    name: dict.fromkeys(PAGE_KINDS, "it is one file, which has no pages") for name in ENDPOINTS
}
ERROR_TYPE = "text/plain"
ERRORS = {
    401: "Unauthorized: send Authorization: Bearer <secret>.",
    403: "Forbidden: this secret may not read statements.",
    404: "No such file; /statements/index.csv lists them.",
    429: "Too many requests.",
    500: "Internal server error.",
}
MEDIA_TYPES = {"xml": "application/xml", "csv": "text/csv"}


def application(world: World, account: AccountSpec, secret: str) -> Starlette:
    written: dict[str, bytes] = {}

    def refusal(request: Request, operation: str) -> Response | None:
        request.state.operation = operation
        token = request.headers.get("authorization", "").encode()
        fault = getattr(request.state, "fault", None)
        known = secrets.compare_digest(token, f"Bearer {secret}".encode())
        if not known or fault == "expired_token":
            return PlainTextResponse(ERRORS[401], 401, {"WWW-Authenticate": "Bearer"})
        return PlainTextResponse(ERRORS[403], 403) if fault == "missing_scope" else None

    def index(request: Request) -> Response:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["name", "updated_at", "size"])
        for file in _files(world, account.account):
            content = statement(world, account.account, file, written)
            writer.writerow(
                [file["name"], f"{file['updated_at']:%Y-%m-%dT%H:%M:%SZ}", len(content)]
            )
        return refusal(request, "index") or Response(out.getvalue(), media_type="text/csv")

    def statements(request: Request) -> Response:
        name = request.path_params["name"]
        if refused := refusal(request, "statements"):
            return refused
        found = [file for file in _files(world, account.account) if file["name"] == name]
        if not found:
            return PlainTextResponse(ERRORS[404], 404)
        content = statement(world, account.account, found[0], written)
        return Response(content, media_type=MEDIA_TYPES[name.rpartition(".")[2]])

    return Starlette(
        routes=[Route("/statements/index.csv", index), Route("/statements/{name}", statements)]
    )


def statement(world: World, bank: str, file: dict[str, Any], written: dict[str, bytes]) -> bytes:
    """The bytes of a file, written once a world; a file sent again has those of the first."""
    source = file["source"]
    if source not in written:
        lines = _rows(
            world,
            """select l.*, a.owner from bank.lines as l join truth.bank_accounts as a using (bank, iban)
            where l.bank = ? and l.file = ? order by l.iban, l.booked_on, l.entry_no, l.line_no""",
            [bank, source],
        )
        written[source] = (
            csv_statements.document(lines, _money)
            if source.endswith(".csv")
            else camt.document(file["version"], source, lines, _money)
        )
    return written[source]


def _files(world: World, bank: str) -> list[dict[str, Any]]:
    return _rows(world, "from bank.files where bank = ? order by name", [bank])


def _rows(world: World, query: str, given: list[Any]) -> list[dict[str, Any]]:
    found = world.con.cursor().execute(query, given)
    names = [column[0] for column in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _money(minor: int, currency: str) -> str:
    """Always the currency's own decimals."""
    exponent = EXPONENTS[currency]
    whole, rest = divmod(abs(minor), 10**exponent)
    sign = "-" if minor < 0 else ""
    return f"{sign}{whole}.{rest:0{exponent}d}" if exponent else f"{sign}{whole}"


def endpoint_of(method: str, path: str, query: str, body: bytes) -> str:
    del method, query, body
    if not path.startswith("/statements/"):
        return ""
    return "index" if path == "/statements/index.csv" else "statements"


def error_body(status: int) -> bytes:
    return ERRORS[status].encode()
