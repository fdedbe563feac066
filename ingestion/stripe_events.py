"""What changed at Stripe: events carry the object as it then was, and it lands with the event's time.

Only the newest event of an object in a reading counts: older ones say less, and two of one second
couldn't be told apart. Events are kept for 30 days; who comes later reads every list whole again.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

import pyarrow as pa

from ingestion.http import Client
from ingestion.landing import Landing
from ingestion.request import Completeness, Request, now
from ingestion.rest_listing import Item
from ingestion.rest_pages import read
from ingestion.stripe_api import OVERLAP, Stream, clock, line, listing, moment

HORIZON = timedelta(days=29)  # a day less than Stripe keeps
NEWEST = (
    "events.newest"  # cursor: created time of the newest event seen; ``events``: read up to here
)
GONE = {"customer.deleted"}

logger = logging.getLogger(__name__)


def are_missed(request: Request, events: Stream, until: datetime) -> bool:
    """Whether lists must be read whole: nothing was read yet, or too long ago for events to tell."""
    read_until = request.cursors.get(events.name)
    if read_until is None:
        return True
    missed = datetime.fromisoformat(read_until) < until - HORIZON
    if missed:
        logger.warning(
            "stripe %s: last read up to %s, and Stripe keeps events for 30 days: every list is read"
            " whole again",
            request.account.account,
            read_until,
        )
    return missed


def changes(
    request: Request,
    client: Client,
    events: Stream,
    streams: Sequence[Stream],
    until: datetime,
    seen: Callable[[Item], None],
) -> Iterator[tuple[str, pa.Table]]:
    """Events since the last ones read, and the objects they show.

    ``seen`` is told of each object: its id, type, created time and status, and all of a payout.
    """
    newest = request.cursors.get(NEWEST)
    reach = datetime.fromisoformat(newest) if newest else None
    if reach is not None and reach < until - HORIZON:
        reach = None  # Stripe may have dropped it by now
    since = until
    for cursor in (events.name, NEWEST):
        if cursor in request.cursors:
            since = min(since, datetime.fromisoformat(request.cursors[cursor]))
    since = max(since, until - HORIZON) - request.overlap(events.name, OVERLAP)
    tables = [*events.tables, *(table for stream in streams for table in stream.tables)]
    landing = Landing(
        request.account, events.name, tables, now(), request.folder / events.name, clock(client)
    )
    types = {stream.type for stream in streams}

    shown: dict[str, Item] = {}

    def begin() -> Callable[[Item], None]:
        shown.clear()
        return note

    def note(event: Item) -> None:
        item = event["data"]["object"]
        if item.get("object") not in types or item["id"] in shown:
            return
        added: dict[str, object] = {"__versionAt": event["created"]}
        if event["type"] in GONE:
            added["__deleted"] = True
        landing.add(line(item["object"], item, added))
        brief = {name: item.get(name) for name in ("id", "object", "created", "status")}
        shown[item["id"]] = item if item["object"] == "payout" else brief

    walk = read(client, listing(events, since, reach), landing, event_line, begin)
    for item in shown.values():
        seen(item)
    yield from landing.tables()
    request.completeness.append(Completeness(events.name, since, until, None, walk.count, "pages"))
    request.advance(events.name, until, until)
    if walk.first is not None:
        request.advance(NEWEST, moment(walk.first), moment(walk.first))


def event_line(event: Item) -> bytes:
    """The event itself: of its object only which one it is about."""
    item = event["data"]["object"]
    about = {"id": item.get("id"), "object": item.get("object")}
    return line("event", {**event, "data": {"object": about}})
