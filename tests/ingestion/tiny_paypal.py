"""A PayPal account at a socket: pages by number, as new as it says, too much at once refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.ingestion.tiny_shop import at_a_socket

PAGE = 2  # rows of a page, whatever is asked for
REFRESHED = "2026-10-15T03:00:00Z"


def transaction(number: int, day: str, value: str = "10.00", **changed: Any) -> dict[str, Any]:
    """``1E5`` and its like are ids too."""
    moment = f"{day}T08:00:00+0000"
    info = {
        "transaction_id": f"{number}E5",
        "transaction_event_code": "T0006",
        "transaction_status": "S",
        "transaction_initiation_date": moment,
        "transaction_updated_date": moment,
        "transaction_amount": {"currency_code": "EUR", "value": value},
        "fee_amount": {"currency_code": "EUR", "value": "-0.60"},
    }
    return {"transaction_info": info | changed}


@dataclass
class TinyPayPal:
    transactions: list[dict[str, Any]] = field(default_factory=list)
    disputes: list[dict[str, Any]] = field(default_factory=list)
    reports: dict[str, str] = field(default_factory=dict)
    most: int = 10_000  # rows of one question
    lost: int = 0  # rows of this many first pages never come, and nobody says so
    asked: list[tuple[str, str]] = field(default_factory=list)
    tokens: int = 0
    base_url: str = ""

    async def token(self, request: Request) -> Response:
        self.tokens += 1
        if request.headers.get("authorization") != "Basic aWQ6c2VjcmV0":
            return JSONResponse({"error": "invalid_client"}, 401)
        return JSONResponse({"access_token": "A21", "expires_in": 32400})

    async def search(self, request: Request) -> Response:
        start, end, page = (request.query_params[k] for k in ("start_date", "end_date", "page"))
        self.asked.append((start, end))
        found = [t for t in self.transactions if start <= _moment(t) <= end]
        if len(found) > self.most:
            return JSONResponse({"name": "RESULTSET_TOO_LARGE"}, 400)
        rows = found[(int(page) - 1) * PAGE : int(page) * PAGE]
        if self.lost:
            self.lost, rows = self.lost - 1, rows[1:]
        return JSONResponse(
            {
                "transaction_details": rows,
                "total_items": len(found),
                "total_pages": max(1, -(-len(found) // PAGE)),
                "last_refreshed_datetime": REFRESHED,
            }
        )

    async def balances(self, _: Request) -> Response:
        listed = [{"currency": "EUR", "total_balance": {"currency_code": "EUR", "value": "9.40"}}]
        return JSONResponse({"balances": listed, "as_of_time": REFRESHED})

    async def cases(self, _: Request) -> Response:
        return JSONResponse({"items": [{"dispute_id": d["dispute_id"]} for d in self.disputes]})

    async def case(self, request: Request) -> Response:
        wanted = request.path_params["id"]
        return JSONResponse(next(d for d in self.disputes if d["dispute_id"] == wanted))

    async def report(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name == "index.csv" and self.reports:
            listed = [f"{n},2026-10-15T08:00:00Z,{len(t)}" for n, t in self.reports.items()]
            return PlainTextResponse("\n".join(["name,updated_at,size", *listed]))
        content = self.reports.get(name)
        return PlainTextResponse(content or "none", 200 if content else 404)


def _moment(row: dict[str, Any]) -> str:
    said = row["transaction_info"]["transaction_initiation_date"]
    return f"{datetime.fromisoformat(said):%Y-%m-%dT%H:%M:%S}Z"


@contextmanager
def open_paypal(made: TinyPayPal) -> Iterator[TinyPayPal]:
    with at_a_socket(
        Route("/v1/oauth2/token", made.token, methods=["POST"]),
        Route("/v1/reporting/transactions", made.search),
        Route("/v1/reporting/balances", made.balances),
        Route("/v1/customer/disputes", made.cases),
        Route("/v1/customer/disputes/{id}", made.case),
        Route("/reports/{name}", made.report),
    ) as made.base_url:
        yield made
