"""Everything new at one Shopify shop: ask how much there is, choose bulk or pages per stream, check, land."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import pyarrow as pa

from ingestion import shopify_bulk, shopify_counts
from ingestion.errors import IncompleteLoad, while_reading
from ingestion.hashing import hash_key
from ingestion.landing import Landing
from ingestion.request import Completeness, Request, naive, now
from ingestion.shopify_api import Shop
from ingestion.shopify_documents import nested
from ingestion.shopify_pages import Pages
from ingestion.shopify_promises import Promise, counted, promises
from ingestion.shopify_reached import Reached
from ingestion.shopify_streams import Stream

# Connections to walk, one per root and one per list under it: up to here pages answer sooner than a
# bulk operation starts; beyond, they eat the shop's query budget.
BULK_ABOVE = 200
WHOLE = ":whole"  # of a stream's name: when it was last read whole

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """One stream's question: from when, until when, and what Shopify promises to find."""

    stream: Stream
    since: datetime | None
    until: datetime
    search: str
    promise: Promise
    asked_at: datetime  # by the vendor's clock

    @property
    def is_large(self) -> bool:
        return self.promise.size * (1 + len(nested(self.stream))) > BULK_ABOVE


def extract(
    request: Request, streams: Sequence[Stream], scopes: tuple[str, ...]
) -> Iterator[tuple[str, pa.Table]]:
    """Land every stream. Raises before the cursor moves if anything promised didn't come."""
    hash_key()
    shop = Shop(request.account, request.patience)
    try:
        request.needless_scopes = shop.check_scopes(scopes)
        # One window for all, on the vendor's clock: what changes while we read comes next time.
        until = naive(shop.client.vendor_date or datetime.now(UTC))
        asked = {one.stream.name: one for one in _ask(request, shop, streams, until)}
        promised = {name: one.promise for name, one in asked.items()}
        yield from shopify_counts.landed(request, promised, until)
        large = [one for one in asked.values() if one.is_large and not one.stream.is_object]
        operations = shopify_bulk.Operations(
            shop, [shopify_bulk.Wanted(one.stream, one.search, one.promise.size) for one in large]
        )
        operations.start()  # Shopify works on them while we read the rest by pages
        for one in asked.values():
            if one not in large:
                with while_reading(one.stream.name), shop.yielding(one.stream.priority):
                    yield from _by_pages(request, shop, one)
        for name, state in operations.ended():
            with while_reading(name), shop.yielding(asked[name].stream.priority):
                yield from _by_bulk(request, shop, asked[name], state)
    finally:
        request.requests, request.vendor_date = shop.client.requests, shop.client.vendor_date
        shop.client.close()


def _ask(
    request: Request, shop: Shop, streams: Sequence[Stream], until: datetime
) -> Iterator[Asked]:
    since, searches, questions = {}, {}, []
    for stream in streams:
        if request.window and not (stream.is_object or stream.window_filter):
            continue  # it can't be searched by when its objects were created
        since[stream.name] = None if request.window else _since(request, stream, until)
        searches[stream.name] = _search(request, stream, since[stream.name], until)
        questions.append((stream, _is_counted(request, stream, since[stream.name])))
    whole = [] if request.window else shopify_counts.counted(streams)
    found = promises(shop, questions, searches, whole)
    begin, end = request.window or (None, until)
    for stream, _ in questions:
        name = stream.name
        yield Asked(stream, since[name] or begin, end, searches[name], found[name], until)


def _since(request: Request, stream: Stream, until: datetime) -> datetime | None:
    if stream.filter is None:
        return None
    whole = request.cursors.get(f"{stream.name}{WHOLE}")
    every = stream.whole_every
    if every and (whole is None or datetime.fromisoformat(whole) + every <= until):
        return None
    return request.since(stream.name, stream.overlap)


def _search(request: Request, stream: Stream, since: datetime | None, until: datetime) -> str:
    if stream.is_object or not stream.filter:
        return ""
    if request.window:
        name, (begin, end) = stream.window_filter, request.window
        return f"{name}:>='{_iso(begin)}' AND {name}:<'{_iso(end)}'"
    search = f"{stream.filter}:<='{_iso(until)}'"
    return f"{stream.filter}:>='{_iso(since)}' AND {search}" if since else search


def _is_counted(request: Request, stream: Stream, since: datetime | None) -> bool:
    """Whether Shopify's count is of just what is searched for."""
    if stream.count is None:
        return False
    if request.window:
        return stream.count_filters and stream.window_filter == "created_at"
    return stream.count_filters or since is None


def _by_pages(request: Request, shop: Shop, asked: Asked) -> Iterator[tuple[str, pa.Table]]:
    stream, promise, mode = asked.stream, asked.promise, "pages"
    landing, promised = _landing(request, asked), 0
    if promise.is_absent:
        mode = "absent"
        logger.info("%s: the shop has no %s", landing.where, stream.under)
    elif stream.is_object:
        mode, promised = "object", 1
        landing.add(orjson.dumps(promise.found) + b"\n")
    elif promise.expected != 0:
        promised = Pages(shop, stream, landing).read(asked.search, promise)
    yield from _land(request, shop, asked, landing, mode, promised)


def _by_bulk(
    request: Request, shop: Shop, asked: Asked, state: Mapping[str, Any] | None
) -> Iterator[tuple[str, pa.Table]]:
    if state is None:  # Shopify runs no such operation
        yield from _by_pages(request, shop, asked)
        return
    landing = _landing(request, asked)
    promised = shopify_bulk.collect(shop, asked.stream, state, landing, request.folder)
    yield from _land(request, shop, asked, landing, "bulk", promised)


def _landing(request: Request, asked: Asked) -> Landing:
    name, tables = asked.stream.name, asked.stream.tables
    # Rows without an updated time are as old as the question.
    return Landing(request.account, name, tables, now(), request.folder / name, asked.asked_at)


def _land(
    request: Request, shop: Shop, asked: Asked, landing: Landing, mode: str, promised: int
) -> Iterator[tuple[str, pa.Table]]:
    """What was read, typed; then check that it is all, and move the cursor."""
    stream, expected = asked.stream, asked.promise.expected
    reached = Reached(stream, asked.until, asked.since)
    for table, rows in landing.tables():
        reached.note(table, rows)
        yield table, rows
    least = promised if mode == "bulk" else 0
    if landing.landed < max(expected or 0, promised) and asked.promise.count is not None:
        # Objects that changed meanwhile left the window: count again before crying loss.
        expected = counted(shop, stream, asked.search)
        least = max(expected, least)
    if landing.landed < least:
        raise IncompleteLoad(
            f"shopify {request.account.account}, {stream.name}: {landing.landed} came of {least}"
            " promised; nothing was kept, load again",
            expected=least,
            landed=landing.landed,
        )
    if expected is None and mode == "bulk":
        expected = promised
    request.completeness.append(
        Completeness(stream.name, asked.since, asked.until, expected, landing.landed, mode)
    )
    if request.window is None:
        request.advance(stream.name, reached.cursor(landing.cursor), asked.until)
        if stream.whole_every and asked.since is None:
            request.cursors[f"{stream.name}{WHOLE}"] = asked.until.isoformat()


def _iso(moment: datetime) -> str:
    return moment.replace(tzinfo=UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
