"""Every id of a Shopify shop against what raw holds: listed by bulk operations that ask for nothing else.

A short list comes whole with the opening question, so it needs no operation. What raw lacks is asked for by
id with the load's own documents; what the lists lack is asked for by id before it is believed to be gone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pyarrow as pa

from ingestion import shopify_bulk, shopify_by_id
from ingestion.hashing import hash_key
from ingestion.landing import Landing
from ingestion.request import Request, naive, now
from ingestion.shopify_api import Shop
from ingestion.shopify_pages import Pages
from ingestion.shopify_promises import MANY, Promise, promises
from ingestion.shopify_streams import Stream
from ingestion.sweep import Known, Swept, note, tombstones
from ingestion.tables import Table
from ingestion.types import text


def swept(streams: Sequence[Stream]) -> dict[str, str]:
    """The raw tables that hold a list's objects by their ids."""
    return {
        stream.root_table.name: "null"
        for stream in streams
        if not stream.is_object and stream.root_table.landed
    }


def sweep(
    request: Request,
    known: Known,
    report: list[Swept],
    streams: Sequence[Stream],
    scopes: tuple[str, ...],
) -> Iterator[tuple[str, pa.Table]]:
    """Every stream that ``known`` names the root table of; an order that was missing brings its returns."""
    hash_key()
    shop = Shop(request.account, request.patience)
    try:
        shop.check_scopes(scopes)
        asked_at = naive(shop.client.vendor_date or datetime.now(UTC))
        chosen = [stream for stream in streams if stream.root_table.name in known]
        tables = {stream.name: stream.root_table for stream in chosen}
        for stream, listed in _listed(request, shop, chosen, asked_at):
            here = known[stream.root_table.name]
            missing, unlisted = listed - here.keys(), here.keys() - listed
            yield from _fetched(request, shop, stream, streams, sorted(missing))
            landing = _landing(request, stream, "asked", asked_at)
            there = Pages(shop, stream, landing).read_ids(sorted(unlisted)) if unlisted else set()
            gone = sorted(unlisted - there)
            yield from tombstones(request, tables[stream.name], gone, asked_at)
            counts = Swept(stream.name, len(listed), len(missing), len(gone))
            note(request, tables[stream.name], counts, report)
    finally:
        request.requests, request.vendor_date = shop.client.requests, shop.client.vendor_date
        shop.client.close()


def _listed(
    request: Request, shop: Shop, streams: Sequence[Stream], asked_at: datetime
) -> Iterator[tuple[Stream, set[str]]]:
    """Each stream, reduced to its ids, and all ids that Shopify has of it."""
    plain = {stream.name: _of_ids(stream) for stream in streams}
    found = promises(shop, [(stream, False) for stream in plain.values()], {})
    large = [name for name in plain if found[name].ids is None and not found[name].is_absent]
    operations = shopify_bulk.Operations(
        shop, [shopify_bulk.Wanted(plain[name], "", MANY) for name in large]
    )
    operations.start()
    for name, stream in plain.items():
        if name not in large:
            yield stream, set(found[name].ids or ())
    for name, state in operations.ended():
        landing = _landing(request, plain[name], "listed", asked_at)
        if state is None:
            Pages(shop, plain[name], landing).read("", Promise())
        else:
            shopify_bulk.collect(shop, plain[name], state, landing, request.folder)
        ids = {id_ for _, rows in landing.tables() for id_ in rows["id"].to_pylist()}
        yield plain[name], ids


def _of_ids(stream: Stream) -> Stream:
    root = stream.root_table
    return replace(stream, tables=(Table(root.name, columns={"id": text}, nodes=root.nodes),))


def _landing(request: Request, stream: Stream, what: str, asked_at: datetime) -> Landing:
    folder = request.folder / f"{stream.name}.{what}"
    return Landing(request.account, stream.name, stream.tables, now(), folder, asked_at)


def _fetched(
    request: Request, shop: Shop, stream: Stream, streams: Sequence[Stream], ids: Sequence[str]
) -> Iterator[tuple[str, pa.Table]]:
    """Objects by their ids, by their own stream and by those that land only what hangs on them."""
    asking = [
        other
        for other in streams
        if other.name == stream.name
        or (
            other.root == stream.root
            and other.under == stream.under
            and not other.root_table.landed
        )
    ]
    said = len(request.completeness)
    yield from shopify_by_id.fetch(shop, request, asking, {other.name: ids for other in asking})
    del request.completeness[said:]  # the sweep says its own
