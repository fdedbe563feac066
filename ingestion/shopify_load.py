"""Everything new at one Shopify shop: choose bulk or pages per stream, check the counts, land."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson
import pyarrow as pa

from ingestion import shopify_bulk
from ingestion.errors import IncompleteLoad, while_reading
from ingestion.hashing import hash_key
from ingestion.landing import Landing
from ingestion.request import Completeness, Request, naive, now
from ingestion.shopify_api import Shop
from ingestion.shopify_documents import Stream, count, nested, single
from ingestion.shopify_pages import Pages

# Connections to walk, one per root and one per list under it: up to here pages answer sooner than a
# bulk operation starts; beyond, they eat the shop's query budget.
BULK_ABOVE = 200
OVERLAP = timedelta(minutes=5)


@dataclass
class Asked:
    """One stream's request under way."""

    stream: Stream
    landing: Landing
    since: datetime | None
    until: datetime
    search: str
    expected: int | None
    operation: str | None


def extract(
    request: Request, streams: Sequence[Stream], scopes: tuple[str, ...]
) -> Iterator[tuple[str, pa.Table]]:
    """Land every stream. Raises before the cursor moves if anything promised didn't come."""
    hash_key()
    shop = Shop(request.account, request.patience)
    try:
        shop.check_scopes(scopes)
        # One window for all, on the vendor's clock: what changes while we read comes next time.
        until = naive(shop.client.vendor_date or datetime.now(UTC))
        # Bulk operations are all started first: Shopify works on them side by side.
        asked = [_ask(request, shop, stream, until) for stream in streams]
        for one in asked:
            with while_reading(one.stream.name):
                yield from _receive(request, shop, one)
    finally:
        request.requests, request.vendor_date = shop.client.requests, shop.client.vendor_date
        shop.client.close()


def _ask(request: Request, shop: Shop, stream: Stream, until: datetime) -> Asked:
    since = request.since(stream.name, OVERLAP)
    search = f"updated_at:<='{_iso(until)}'"
    if since:
        search = f"updated_at:>='{_iso(since)}' AND {search}"
    landing = Landing(
        request.account, stream.name, stream.tables, now(), request.folder / stream.name
    )
    if stream.count is None:
        return Asked(stream, landing, None, until, "", 1, None)
    expected = _count(shop, stream, search)
    if since and not stream.count_filters:
        expected = None  # Shopify counts all of them, not the changed ones
    bulk = expected is not None and expected * (1 + len(nested(stream))) > BULK_ABOVE
    operation = shopify_bulk.start(shop, stream, search) if bulk else None
    return Asked(stream, landing, since, until, search, expected, operation)


def _receive(request: Request, shop: Shop, asked: Asked) -> Iterator[tuple[str, pa.Table]]:
    stream, landing, expected = asked.stream, asked.landing, asked.expected
    if stream.count is None:
        mode, promised = "object", 1
        landing.add(orjson.dumps(shop.query(single(stream))[stream.root]) + b"\n")
    elif asked.operation:
        mode = "bulk"
        promised = shopify_bulk.collect(shop, stream, asked.operation, landing, request.folder)
    else:
        found = Pages(shop, stream, landing)
        mode, promised = "pages", found.read(asked.search, is_counted=expected is not None)
    yield from landing.tables()
    if expected is not None and landing.landed < max(expected, promised):
        # Objects that changed meanwhile left the window: count again before crying loss.
        expected = _count(shop, stream, asked.search)
        if landing.landed < max(expected, promised if mode == "bulk" else 0):
            raise IncompleteLoad(
                f"shopify {request.account.account}, {stream.name}: {landing.landed} came of"
                f" {expected} promised; nothing was kept, load again",
                expected=expected,
                landed=landing.landed,
            )
    request.completeness.append(
        Completeness(stream.name, asked.since, asked.until, expected, landing.landed, mode)
    )
    request.advance(stream.name, landing.cursor, asked.until)


def _count(shop: Shop, stream: Stream, search: str) -> int:
    variables = {"query": search} if stream.count_filters else {}
    return int(shop.query(count(stream), variables)[stream.count or ""]["count"])


def _iso(moment: datetime) -> str:
    return moment.replace(tzinfo=UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
