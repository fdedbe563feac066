"""One merchant account's report downloads: CSV files by name, a report user's Basic password opens them.

``/reports/download/MerchantAccount/<merchant>/<file>``; a file that there isn't, or isn't yet, is a 404.
Source: docs.adyen.com (automate reports; settlement details and payment accounting report).
"""

import base64
import secrets

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sandbox.adyen.reports import ACCOUNTING, SETTLEMENT, Reports
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


def folder(account: str) -> str:
    """The path of an account's reports: what its ``base_url`` ends with."""
    merchant = next(m.merchant for m in MERCHANTS if m.account == account)
    return f"/reports/download/MerchantAccount/{merchant}"


def application(world: World, account: AccountSpec, secret: str) -> Starlette:
    expected = f"Basic {base64.b64encode(secret.encode()).decode()}"
    names = {m.merchant for m in MERCHANTS if m.account == account.account}
    reports = Reports(world, account.account)

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
        found = reports.named(name)
        if found is None:
            return PlainTextResponse(ERRORS[404], 404)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(found, media_type="text/csv", headers=headers)

    return Starlette(routes=[Route("/reports/download/MerchantAccount/{merchant}/{name}", report)])


def endpoint_of(method: str, path: str, query: str, body: bytes) -> str:
    del method, query, body
    if SETTLEMENT.search(path):
        return "settlement_reports"
    return "accounting_reports" if ACCOUNTING.search(path) else ""


def error_body(status: int) -> bytes:
    return ERRORS[status].encode()
