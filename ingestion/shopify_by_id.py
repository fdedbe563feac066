"""Shopify's objects by their ids: the same documents and the same landing as the pull's, so the same rows.

For whoever was told that an object changed. A search would do, but its index lags behind what changed.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence

import pyarrow as pa

from ingestion.landing import Landing
from ingestion.request import Completeness, Request, now
from ingestion.shopify_api import Shop
from ingestion.shopify_documents import Stream
from ingestion.shopify_pages import Pages

SHOWN = 5  # ids that a warning names

logger = logging.getLogger(__name__)


def fetch(
    shop: Shop,
    request: Request,
    streams: Sequence[Stream],
    ids_by_stream: Mapping[str, Sequence[str]],
) -> Iterator[tuple[str, pa.Table]]:
    """Land objects by their global ids (``gid://shopify/Order/1``), stream by stream, in batches.

    No cursor moves. An id that Shopify doesn't know brings no row and is no deletion: that is what a
    deletion's own event says. ``request.completeness`` tells of each stream what was asked and landed.
    """
    for stream in streams:
        ids = sorted(set(ids_by_stream.get(stream.name, ())))
        if not ids:
            continue
        asked_at = now()
        folder = request.folder / f"{stream.name}_by_id"
        landing = Landing(request.account, stream.name, stream.tables, asked_at, folder)
        known = Pages(shop, stream, landing).read_ids(ids)
        yield from landing.tables()
        if missing := [id_ for id_ in ids if id_ not in known]:
            logger.warning(
                "%s: Shopify knows no %s any more; if they were deleted, an event or"
                " `concord sweep shopify` says so",
                landing.where,
                ", ".join(missing[:SHOWN]) + (" ..." if len(missing) > SHOWN else ""),
            )
        request.completeness.append(
            Completeness(f"{stream.name}:by_id", None, asked_at, len(known), landing.landed, "ids")
        )


def ask(
    request: Request,
    streams: Sequence[Stream],
    scopes: tuple[str, ...],
    ids_by_stream: Mapping[str, Sequence[str]],
) -> Iterator[tuple[str, pa.Table]]:
    """``fetch`` in a conversation of its own, once the app has all its scopes."""
    shop = Shop(request.account, request.patience)
    try:
        # An id that the app may not see looks like one that is gone.
        shop.check_scopes(scopes)
        yield from fetch(shop, request, streams, ids_by_stream)
    finally:
        request.requests += shop.client.requests
        shop.client.close()
