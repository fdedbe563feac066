"""What Shopify's queries cost: points from a bucket of each shop's, and which version answers them.

Every answer states its price and how full the bucket is (``extensions.cost``). A query's price is known
before it is sent from the last time it was: it grows with the page size asked for. Source: shopify.dev,
API limits; API versioning: a version lives for a year, then Shopify answers with the next one.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import httpx
import orjson

from ingestion.budget import Spent
from ingestion.budget_file import Limit
from ingestion.errors import VendorError
from ingestion.group import Account
from ingestion.http import Client
from ingestion.patience import Patience

VERSION = "2026-07"
GRAPHQL = f"/admin/api/{VERSION}/graphql.json"
BUCKET = Limit("admin graphql", "points", "bucket", 2_000, 20)  # the smallest plan's: 100 a second
DEAREST = 1_000  # what one query may cost at most
UNKNOWN = 500  # points set aside for a query never asked before
WARNED_MONTHS = 4  # before a version's end: Shopify brings out the next one every three

logger = logging.getLogger(__name__)


class Admin(Client):
    """One shop's requests. ``body``: the last GraphQL answer, None if it was none."""

    def __init__(self, account: Account, patience: Patience, auth: httpx.Auth) -> None:
        super().__init__(account, patience, auth)
        self.body: dict[str, Any] | None = None
        self._prices: dict[str, tuple[float, int]] = {}
        self._asked: tuple[str, int] = ("", 1)
        self._told = False

    def limits(self, path: str) -> tuple[Limit, ...]:
        return (BUCKET,) if path == GRAPHQL else ()

    def _price(self, how: Mapping[str, Any]) -> float:
        asked = how.get("json") or {}
        size = (asked.get("variables") or {}).get("first")
        self._asked = (str(asked.get("query")), size if type(size) is int and size > 0 else 1)
        price, at_size = self._prices.get(self._asked[0], (UNKNOWN, self._asked[1]))
        return min(price * max(1.0, self._asked[1] / at_size), DEAREST)

    def _learn(self, limits: tuple[Limit, ...], response: httpx.Response, spent: Spent) -> None:
        self.body = _object(response.content)
        cost = ((self.body or {}).get("extensions") or {}).get("cost") or {}
        status = cost.get("throttleStatus") or {}
        if not status:
            return
        document, size = self._asked
        self._prices[document] = (float(cost.get("requestedQueryCost") or 0), size)
        most, rate = float(status["maximumAvailable"]), float(status["restoreRate"])
        self.budget.learn(Limit(BUCKET.api, BUCKET.unit, BUCKET.period, most, most / rate))
        spent.cost = float(cost.get("actualQueryCost") or 0)  # none where it was refused
        spent.available = float(status["currentlyAvailable"])

    def _judge(self, what: str, response: httpx.Response, scope: str | None = None) -> None:
        super()._judge(what, response, scope)
        served = response.headers.get("X-Shopify-API-Version", VERSION)
        if what == GRAPHQL and served != VERSION:
            raise VendorError(
                f"{self._who}: version {served} answers where {VERSION} was asked: that came to its"
                f" end on {end_of_life(VERSION)}. Nothing was kept, because fields may mean something"
                " else now: move ingestion/shopify_points.py to a newer version and validate its"
                " documents",
                asked=what,
            )
        if not self._told:
            self._told = True
            self._warn(self.vendor_date or datetime.now(UTC))

    def _warn(self, today: datetime) -> None:
        """Months ahead: a version's end is no surprise."""
        end = end_of_life(VERSION)
        months = (end.year - today.year) * 12 + end.month - today.month
        if months <= WARNED_MONTHS:
            logger.warning(
                "%s: Shopify ends version %s on %s (%d months); move ingestion/shopify_points.py to a"
                " newer one before: afterwards every load fails",
                *(self._who, VERSION, end, max(0, months)),
            )


def end_of_life(version: str) -> date:
    """The day from which Shopify answers with another: a year after the first of its month."""
    year, month = map(int, version.split("-"))
    return date(year + 1, month, 1)


def _object(content: bytes) -> dict[str, Any] | None:
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None
