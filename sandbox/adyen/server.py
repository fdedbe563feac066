"""One merchant account's report downloads: CSV files by name, a report user's Basic password opens them.

``/reports/download/MerchantAccount/<merchant>/<file>``; a file that there isn't, or isn't yet, is a 404.
Source: docs.adyen.com (automate reports; settlement details and payment accounting report).
"""

import base64
import csv
import io
import re
import secrets
from datetime import date, datetime
from typing import Any

import duckdb
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sandbox.adyen.layouts import accounting_columns, settlement_columns
from sandbox.faults import PAGE_KINDS
from sandbox.world.adyen_accounts import MERCHANTS
from sandbox.world.model import AccountSpec, World

ENDPOINTS = ("settlement_reports", "accounting_reports")
REFUSED = {
    name: dict.fromkeys(PAGE_KINDS, "it is one CSV file, which has no pages") for name in ENDPOINTS
}
ERROR_TYPE = "text/plain"
ERRORS = {
    401: "Unauthorized",
    403: "This user may not download reports: it lacks the role Merchant report role.",
    404: "The report that you asked for is not there.",
    429: "Too many requests.",
    500: "Internal server error.",
}
SETTLEMENT = re.compile(r"settlement_detail_report_batch_(\d+)\.csv")
ACCOUNTING = re.compile(r"payments_accounting_report_(\d{4})_(\d{2})_(\d{2})\.csv")


def folder(account: str) -> str:
    """The path of an account's reports: what its ``base_url`` ends with."""
    merchant = next(m.merchant for m in MERCHANTS if m.account == account)
    return f"/reports/download/MerchantAccount/{merchant}"


def application(world: World, account: AccountSpec, secret: str) -> Starlette:
    expected = f"Basic {base64.b64encode(secret.encode()).decode()}"
    names = {m.merchant for m in MERCHANTS if m.account == account.account}

    def report(request: Request) -> Response:
        name = request.path_params["name"]
        request.state.operation = endpoint_of("GET", request.url.path, "", b"") or "reports"
        fault = getattr(request.state, "fault", None)
        given = request.headers.get("authorization", "")
        if (
            not secrets.compare_digest(given.encode(), expected.encode())
            or fault == "expired_token"
        ):
            return PlainTextResponse(ERRORS[401], 401, {"WWW-Authenticate": 'Basic realm="Adyen"'})
        if fault == "missing_scope" or request.path_params["merchant"] not in names:
            return PlainTextResponse(ERRORS[403], 403)
        found = _report(world.con.cursor(), account.account, name, world.clock.replace(tzinfo=None))
        if found is None:
            return PlainTextResponse(ERRORS[404], 404)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(found, media_type="text/csv", headers=headers)

    return Starlette(routes=[Route("/reports/download/MerchantAccount/{merchant}/{name}", report)])


def _report(con: duckdb.DuckDBPyConnection, account: str, name: str, now: datetime) -> str | None:
    if named := SETTLEMENT.fullmatch(name):
        batch = con.execute(
            "select closes_at from truth.adyen_batches where account = ? and number = ?",
            [account, int(named[1])],
        ).fetchone()
        if batch is None:
            return None
        rows = con.execute(
            "select * from adyen.settlement_lines where _account = ? and _batch = ? order by _seq",
            [account, int(named[1])],
        )
        return _csv(rows, settlement_columns(batch[0].date()))
    if named := ACCOUNTING.fullmatch(name):
        try:
            day = date(*(int(part) for part in named.groups()))
        except ValueError:
            return None
        if not _is_told(con, account, day, now):
            return None
        rows = con.execute(
            "select * from adyen.accounting_lines where _account = ? and _day = ? order by _seq",
            [account, day],
        )
        return _csv(rows, accounting_columns(day))
    return None


def _is_told(con: duckdb.DuckDBPyConnection, account: str, day: date, now: datetime) -> bool:
    """A day's report is made some hours after the day, of the account's own zone, is over; the first day has one."""
    found = con.execute(
        """select adyen_told_at(cast(? as date), zone) <= ? and
            cast(? as date) >= (select min(_day) from adyen.accounting_lines where _account = account)
        from truth.adyen_merchants where account = ?""",
        [day, now, day, account],
    ).fetchone()
    return bool(found and found[0])


def _csv(rows: duckdb.DuckDBPyConnection, columns: tuple[str, ...]) -> str:
    names = [column[0] for column in rows.description or []]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows.fetchall():
        shown: dict[str, Any] = dict(zip(names, row, strict=True))
        writer.writerow([shown.get(column) for column in columns])
    return out.getvalue()


def endpoint_of(method: str, path: str, query: str, body: bytes) -> str:
    del method, query, body
    if SETTLEMENT.search(path):
        return "settlement_reports"
    return "accounting_reports" if ACCOUNTING.search(path) else ""


def error_body(status: int) -> bytes:
    return ERRORS[status].encode()
