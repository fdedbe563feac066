"""PayPal's disputes: a list that nobody counts, read twice, then each dispute by its id.

The list says of a dispute only that it changed; what it is about and how it ended stands in the dispute.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import orjson
import pyarrow as pa

from ingestion.errors import while_reading
from ingestion.landing import Landing
from ingestion.paypal_api import PayPal
from ingestion.request import Request, naive, now
from ingestion.rest_listing import Doubt, Item, Listing, Walk, rows
from ingestion.rest_pages import read
from ingestion.tables import Table

PATH = "/v1/customer/disputes"
SCOPE = "Disputes"
ITEMS = "items"
PAGE = "page_size"


@dataclass(frozen=True)
class NextLink:
    """The next page stands in a link; read twice, in pages of another size, and believed when both agree."""

    param: str = "next_page_token"

    def walk(self, ask: Callable[[Mapping[str, str]], Item], walk: Walk, listing: Listing) -> None:
        before: list[Item] = []
        self._once(ask, Walk(listing, before.append), listing, "50")
        self._once(ask, walk, listing, "49")
        walk.promised = len(before)
        if walk.count != len(before):
            raise Doubt(f"{len(before)} disputes in one reading, {walk.count} in another")

    def _once(
        self,
        ask: Callable[[Mapping[str, str]], Item],
        walk: Walk,
        listing: Listing,
        size: str,
    ) -> None:
        token: str | None = ""
        while token is not None:
            answer = ask({PAGE: size} | ({self.param: token} if token else {}))
            for item in rows(answer, listing):
                walk.take(item)
            token = self._next(answer)

    def _next(self, answer: Item) -> str | None:
        for link in answer.get("links") or ():
            if link.get("rel") == "next":
                query = parse_qs(urlsplit(link.get("href") or "").query)
                return query.get(self.param, [None])[0]
        return None


class _Changed:
    """Takes the list's items: only which there are matters."""

    def __init__(self, landing: Landing) -> None:
        self.stream, self.where, self.ids = landing.stream, landing.where, list[str]()

    def mark(self) -> int:
        return len(self.ids)

    def rewind(self, mark: int) -> None:
        del self.ids[mark:]

    def add(self, line: bytes) -> None:
        self.ids.append(orjson.loads(line)["dispute_id"])


def disputes(
    request: Request, client: PayPal, table: Table, overlap: timedelta
) -> Iterator[tuple[str, pa.Table]]:
    """Every dispute that changed since the cursor, whole."""
    name, until = table.name, naive(client.vendor_date or datetime.now(UTC))
    since = request.since(name, overlap)
    landing = Landing(request.account, name, (table,), now(), request.folder / name)
    params = {"update_time_after": f"{since:%Y-%m-%dT%H:%M:%S}.000Z"} if since else {}
    changed = _Changed(landing)
    listing = Listing(name, PATH, ITEMS, NextLink(), params, key=_key, scope=SCOPE)
    read(client, listing, changed)
    with while_reading(name):
        for id_ in changed.ids:
            landing.add(_line(client.json(f"{PATH}/{id_}", scope=SCOPE)))
    yield from landing.tables()
    request.prove(landing, len(changed.ids), since, until)
    request.advance(name, landing.cursor, until)


def _key(dispute: Item) -> str:
    return str(dispute.get("dispute_id"))


def _line(dispute: Item) -> bytes:
    """The dispute with the payment it is about, where that is one."""
    about = dispute.get("disputed_transactions") or []
    payment = about[0].get("seller_transaction_id") if len(about) == 1 else None
    return orjson.dumps({**dispute, "seller_transaction_id": payment})
