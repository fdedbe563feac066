"""A Stripe account of a few named objects, at a real socket, that can be told to misbehave.

As strict as Stripe where it matters: newest first, at most 100 a page, 400 for what it doesn't know.
Its clock stands where it is put.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.ingestion.tiny_shop import at_a_socket

NOW = int(datetime(2026, 10, 15, 6, tzinfo=UTC).timestamp())
DAY = 86_400
NOTHING = {"limit": "1", "created[lt]": "1"}  # how a key is tried
KEPT = 30 * DAY
LISTS = ("charges", "payment_intents", "refunds", "disputes", "balance_transactions", "payouts")
LISTS += ("customers", "events")
# What a page shows instead of what it should: of all that follows, and of the page itself.
Twist = Callable[[list[dict], list[dict]], list[dict]]


@dataclass
class TinyStripe:
    """``faults`` answer a request themselves, once each; ``twists`` change what a list's page shows."""

    objects: dict[str, list[dict]] = field(default_factory=lambda: {name: [] for name in LISTS})
    entries: dict[str, list[str]] = field(default_factory=dict)  # payout -> balance transactions
    faults: list[tuple[str, Response]] = field(default_factory=list)
    twists: list[tuple[str, Twist]] = field(default_factory=list)
    has_more: Callable[[str, bool], bool] = lambda name, more: more
    before: Callable[[str], None] = lambda name: None  # called before each list is answered
    page: int = 100
    more: dict[str, Any] = field(default_factory=dict)  # what every list says besides
    clock: int = NOW
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    versions: set[str] = field(default_factory=set)
    base_url: str = ""

    def add(self, name: str, *objects: dict) -> None:
        self.objects[name] += objects

    def asked(self, name: str) -> list[dict[str, str]]:
        """What was asked of a list, but for whether it may be asked."""
        return [given for path, given in self.seen if path == name and given != NOTHING]

    async def answer(self, request: Request) -> Response:
        response = self._answer(request)
        response.headers["Date"] = format_datetime(
            datetime.fromtimestamp(self.clock, UTC), usegmt=True
        )
        return response

    def _answer(self, request: Request) -> Response:
        name, id_ = request.path_params["name"], request.path_params.get("id")
        given = dict(request.query_params)
        self.seen.append((f"{name}/{id_}" if id_ else name, given))
        self.versions.add(request.headers.get("Stripe-Version", ""))
        self.before(name)
        for fault in self.faults:
            if fault[0] == name:
                self.faults.remove(fault)
                return fault[1]
        if request.headers.get("Authorization") != "Bearer rk_live_tiny":
            return refusal(401, "Invalid API Key provided")
        if id_:
            found = [each for each in self.objects[name] if each["id"] == id_]
            return shown(found[0]) if found else refusal(404, f"No such object: '{id_}'")
        return self._list(name, given)

    def _list(self, name: str, given: dict[str, str]) -> Response:
        known = {"limit", "starting_after", *({"cursor"} if self.more else ())}
        known |= {"created[gte]", "created[lt]"}
        if name == "balance_transactions":
            known |= {"payout"}
        if strange := set(given) - known:
            return refusal(400, f"Received unknown parameter: {min(strange)}")
        limit = int(given.get("limit", 10))
        if not 1 <= limit <= 100:
            return refusal(400, "limit must be between 1 and 100")
        rows = sorted(self.objects[name], key=_place, reverse=True)
        if name == "events":
            rows = [row for row in rows if row["created"] > self.clock - KEPT]
        if "payout" in given:
            rows = [row for row in rows if row["id"] in self.entries.get(given["payout"], ())]
        rows = [row for row in rows if _created(row) >= int(given.get("created[gte]", 0))]
        if before := given.get("created[lt]"):
            rows = [row for row in rows if _created(row) < int(before)]
        begin = 0
        if after := given.get("starting_after"):
            ids = [row["id"] for row in rows]
            if after not in ids:
                return refusal(400, f"No such object: '{after}'")
            begin = ids.index(after) + 1
        size = min(limit, self.page)
        page, more = rows[begin : begin + size], begin + size < len(rows)
        for twist in self.twists:
            if twist[0] == name and given != NOTHING:
                self.twists.remove(twist)
                page = twist[1](rows[begin:], page)
                break
        body = {"object": "list", "url": f"/v1/{name}", "data": page, **self.more}
        return shown({**body, "has_more": self.has_more(name, more)})


def _created(row: dict) -> int:
    return row["created"] if isinstance(row["created"], int) else NOW


def _place(row: dict) -> tuple[int, str]:
    return _created(row), row["id"]


def shown(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")


def refusal(status: int, said: str = "no", **headers: str) -> Response:
    response = shown({"error": {"message": said, "type": "invalid_request_error"}}, status)
    response.headers.update(headers)
    return response


def cut(body: bytes = b'{"object":"list","data":[{"id":"ch_') -> Response:
    """Half a body under the length of a whole one."""
    response = Response(body, media_type="application/json")
    response.headers["content-length"] = str(2 * len(body))
    return response


@contextmanager
def open_stripe(stripe: TinyStripe) -> Iterator[TinyStripe]:
    with at_a_socket(
        Route("/v1/{name}", stripe.answer), Route("/v1/{name}/{id}", stripe.answer), clock=None
    ) as stripe.base_url:
        yield stripe


def charge(number: int, created: int = NOW - 5 * DAY, **more: Any) -> dict:
    return {
        "id": f"ch_{number}",
        "object": "charge",
        "amount": 1000,
        "amount_captured": 1000,
        "amount_refunded": 0,
        "currency": "eur",
        "status": "succeeded",
        "captured": True,
        "created": created,
        "balance_transaction": f"txn_{number}",
        "billing_details": {"email": f"b{number}@example.com", "address": {"country": "DE"}},
        "metadata": {"shop": "tiny.myshopify.com", "order_id": str(number)},
        "payment_method_details": {"type": "card", "card": {"brand": "visa", "country": "DE"}},
        **more,
    }


def transaction(number: int, source: str | None, created: int = NOW - 5 * DAY, **more: Any) -> dict:
    return {
        "id": f"txn_{number}",
        "object": "balance_transaction",
        "amount": 1000,
        "fee": 40,
        "net": 960,
        "currency": "eur",
        "type": "charge",
        "reporting_category": "charge",
        "source": source,
        "status": "available",
        "created": created,
        "available_on": created + 3 * DAY,
        "exchange_rate": None,
        "fee_details": [{"amount": 40, "currency": "eur", "type": "stripe_fee"}],
        **more,
    }


def payout(number: int, amount: int, created: int = NOW - DAY, **more: Any) -> dict:
    return {
        "id": f"po_{number}",
        "object": "payout",
        "amount": amount,
        "currency": "eur",
        "status": "in_transit",
        "created": created,
        "arrival_date": created + 2 * DAY,
        "automatic": True,
        "balance_transaction": f"txn_po_{number}",
        "reconciliation_status": "completed",
        **more,
    }


def event(number: int, type_: str, of: dict, created: int) -> dict:
    return {
        "id": f"evt_{number}",
        "object": "event",
        "type": type_,
        "created": created,
        "data": {"object": of},
    }


def skipped(rest: list[dict], page: list[dict]) -> list[dict]:
    return rest[len(page) : 2 * len(page)]


def repeated(rest: list[dict], page: list[dict]) -> list[dict]:
    return page + page


def shuffled(rest: list[dict], page: list[dict]) -> list[dict]:
    return page[::-1]


def rotated(rest: list[dict], page: list[dict]) -> list[dict]:
    return page[1:] + page[:1]


def emptied(rest: list[dict], page: list[dict]) -> list[dict]:
    return []


def shortened(rest: list[dict], page: list[dict]) -> list[dict]:
    return page[:-1]


def holed(rest: list[dict], page: list[dict]) -> list[dict]:
    return page[:1] + page[2:]


LIES = [skipped, repeated, shuffled, rotated, emptied, shortened]


def later(twist: Twist, after: int) -> list[Twist]:
    """The twist on one page, after so many as they are."""
    return [*[lambda rest, page: page] * after, twist]
