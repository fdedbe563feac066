"""Stripe's lists whole, against what raw holds. Only customers and what never was live can be deleted there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time
from typing import Any

import pyarrow as pa

from ingestion.errors import VendorError
from ingestion.http import Client
from ingestion.landing import Landing
from ingestion.request import Completeness, Request, now
from ingestion.rest_listing import Item
from ingestion.rest_pages import read
from ingestion.stripe_api import Stream, client_of, clock, line, listing
from ingestion.stripe_payouts import add_entries, has_entries
from ingestion.sweep import Known, Sift, Swept, settle
from ingestion.tables import Table


def sweep(
    request: Request,
    known: Known,
    report: list[Swept],
    streams: Sequence[Stream],
    events: Stream,
    entries: Table,
) -> Iterator[tuple[str, pa.Table]]:
    """Every list; a payout that was missing brings its entries. ``streams`` begins with the transactions."""
    client = client_of(request)
    payouts: list[Item] = []
    try:
        client.json(events.path, {"limit": "1"}, scope=f"{events.scope}: Read")  # for its clock
        for stream in streams:
            yield from _swept(request, client, stream, known[stream.name], report, payouts)
        landing = Landing(
            request.account,
            entries.name,
            (entries,),
            now(),
            request.folder / entries.name,
            clock(client),
        )
        count = add_entries(client, streams[0], payouts, landing, None)
        yield from landing.tables()
        request.completeness.append(
            Completeness(entries.name, None, clock(client), None, count, "pages")
        )
    finally:
        request.requests, request.vendor_date = client.requests, client.vendor_date
        client.close()


def _swept(
    request: Request,
    client: Client,
    stream: Stream,
    known: Mapping[str, Any],
    report: list[Swept],
    payouts: list[Item],
) -> Iterator[tuple[str, pa.Table]]:
    asked_at, table = clock(client), stream.tables[0]
    landing = Landing(
        request.account, stream.name, stream.tables, now(), request.folder / stream.name, asked_at
    )
    sift, missing = Sift(landing, known, asked_at), {}

    def begin() -> Callable[[Item], None]:
        missing.clear()
        return lambda item: missing.update(
            {item["id"]: item} if _is_new_payout(item, known) else {}
        )

    begun = request.account.history_from
    asked = listing(stream, datetime.combine(begun, time()) if begun else None, None)
    read(client, asked, sift, lambda item: line(stream.type, item), begin)
    payouts += missing.values()
    unlisted = sorted(known.keys() - sift.ids)
    gone = [id_ for id_ in unlisted if _is_gone(client, stream, id_)]
    yield from settle(request, table, sift, gone, report)


def _is_new_payout(item: Item, known: Mapping[str, Any]) -> bool:
    return item.get("object") == "payout" and item["id"] not in known and has_entries(item)


def _is_gone(client: Client, stream: Stream, id_: str) -> bool:
    """By its own address: Stripe answers 404, or of a deleted customer that it is deleted."""
    try:
        found = client.json(f"{stream.path}/{id_}", scope=f"{stream.scope}: Read")
    except VendorError as error:
        if error.status != 404:
            raise
        return True
    return found.get("deleted") is True
