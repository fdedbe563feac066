"""Reads a REST vendor's list into a landing, again and again until it stands up to every doubt.

A page that contradicts another (skipped, repeated, out of order, ended too soon) makes the whole list
be read again, as often as our patience allows; after that the load is incomplete and keeps nothing.

dlt's ``RESTClient`` isn't used: it believes each page, retries by rules of its own and hides the
vendor's ``Date``, which versions rows that have no updated time.
"""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import orjson

from ingestion.errors import IncompleteLoad, VendorError, while_reading
from ingestion.http import Client
from ingestion.rest_listing import Doubt, Item, Listing, Walk

logger = logging.getLogger(__name__)


class Taker(Protocol):
    """Where a list's items go: a landing, or what stands before one."""

    @property
    def stream(self) -> str: ...
    @property
    def where(self) -> str: ...
    def mark(self) -> Any: ...
    def rewind(self, mark: Any) -> None: ...
    def add(self, line: bytes) -> None: ...


def read(
    client: Client,
    listing: Listing,
    landing: Taker,
    line: Callable[[Item], bytes] = orjson.dumps,
    begin: Callable[[], Callable[[Item], None]] | None = None,
) -> Walk:
    """Read a list into ``landing`` until one reading stands up to every doubt.

    ``line`` makes an item's JSON. ``begin`` is called at the start of each reading and gives what
    wants to see every item too.
    """
    mark = landing.mark()
    for attempt in range(client.patience.attempts):
        note = begin() if begin else None

        def take(item: Item, note: Callable[[Item], None] | None = note) -> None:
            landing.add(line(item))
            if note:
                note(item)

        walk = Walk(listing, take)
        try:
            with while_reading(landing.stream):
                listing.pager.walk(lambda more: _ask(client, listing, more), walk, listing)
            walk.finish()
        except Doubt as doubt:
            landing.rewind(mark)
            said = str(doubt)
            logger.info("%s: %s; reading the list again", landing.where, said)
            if attempt + 1 < client.patience.attempts:
                time.sleep(client.patience.delay(attempt))
            continue
        return walk
    raise IncompleteLoad(
        f"{landing.where}: {said} in each of {client.patience.attempts} readings; nothing was kept,"
        " load again",
        stream=landing.stream,
        expected=walk.promised,
        landed=walk.count,
    )


def _ask(client: Client, listing: Listing, more: Mapping[str, str]) -> Item:
    params, body = listing.params, listing.body
    if body is None:
        params = {**params, **more}
    else:
        body = {**body, **more}
    try:
        return client.json(listing.path, params, body=body, scope=listing.scope)
    except VendorError as error:
        # The row we ask from may have been deleted meanwhile.
        if listing.pager.param in more and error.status in (400, 404):
            raise Doubt(f"the next page is refused ({error.status})") from None
        raise
