"""Shopify's events as rows of ``raw_shopify``: an event says which object changed, the object is asked by id.

So a row's shape and version are the pull's, and an event that comes late brings the newest state. What an
event alone can tell is taken from it: that an object is gone, and which customer went into which.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
import pyarrow as pa

from ingestion.landing import Landing
from ingestion.request import Request, now
from ingestion.shopify_people import CUSTOMER_MERGES
from ingestion.sources.shopify import STREAMS, by_id
from ingestion.tables import Table
from ingestion.webhooks import topics
from ingestion.webhooks.store import Stored

COMPLETED = "completed"  # the status of a merge that took place
BY_NAME = {stream.name: stream for stream in STREAMS}


def tables(events: Sequence[Stored]) -> tuple[Table, ...]:
    """The raw tables that these events may lead to; none, if they are about nothing we hold."""
    names = set()
    for event in events:
        body = topics.parsed(event.body)
        names |= {stream for stream, _ in topics.wanted(event.topic, body)}
        if topics.is_deletion(event.topic) and (about := topics.subject(event.topic, body)):
            names.add(topics.STREAMS[about.split("/")[3]])
    found = [table for stream in STREAMS if stream.name in names for table in stream.tables]
    if any(event.topic == topics.MERGE for event in events):
        found.append(CUSTOMER_MERGES)
    return tuple(found)


def rows(request: Request, events: Sequence[Stored]) -> Iterator[tuple[str, pa.Table]]:
    """The objects that the events are about, as they are now; tombstones; merges."""
    read = [(event, topics.parsed(event.body)) for event in events]
    gone = dict(_gone(read))
    wanted: dict[str, set[str]] = {}
    for event, body in read:
        for stream, gid in topics.wanted(event.topic, body):
            if gid not in gone:
                wanted.setdefault(stream, set()).add(gid)
    if wanted:
        yield from by_id(request, {stream: sorted(found) for stream, found in wanted.items()})
    yield from _tombstones(request, gone)
    yield from _merges(request, read)


def _gone(read: Sequence[tuple[Stored, Mapping[str, Any]]]) -> Iterator[tuple[str, datetime]]:
    """(global id, when) of each object that was deleted or merged away; the last event of one counts."""
    for event, body in read:
        about = topics.subject(event.topic, body)
        if about is not None and topics.is_deletion(event.topic):
            yield about, event.occurred_at or event.received_at
        elif _is_merge(event, body):
            yield _merge(event, body)["deleted_customer_id"], event.occurred_at or event.received_at


def _tombstones(request: Request, gone: Mapping[str, datetime]) -> Iterator[tuple[str, pa.Table]]:
    for kind, name in topics.STREAMS.items():
        ids = [gid for gid in gone if gid.startswith(f"gid://shopify/{kind}/")]
        if not ids:
            continue
        stream, folder = BY_NAME[name], request.folder / f"{name}_gone"
        landing = Landing(request.account, name, stream.tables, now(), folder)
        for gid in ids:
            # Whole seconds, rounded up: Shopify's updated times have no finer ones.
            version = math.ceil(gone[gid].replace(tzinfo=UTC).timestamp())
            stone = {"__typename": kind, "id": gid, "__versionAt": version, "__deleted": True}
            landing.add(orjson.dumps(stone))
        yield from landing.tables()


def _merges(
    request: Request, read: Sequence[tuple[Stored, Mapping[str, Any]]]
) -> Iterator[tuple[str, pa.Table]]:
    found = [_merge(event, body) for event, body in read if _is_merge(event, body)]
    if not found:
        return
    name = CUSTOMER_MERGES.name
    folder = request.folder / name
    landing = Landing(request.account, name, (CUSTOMER_MERGES,), now(), folder)
    for merge in found:
        landing.add(orjson.dumps(merge))
    yield from landing.tables()


def _is_merge(event: Stored, body: Mapping[str, Any]) -> bool:
    return event.topic == topics.MERGE and body.get("status") == COMPLETED


def _merge(event: Stored, body: Mapping[str, Any]) -> dict[str, Any]:
    kept = topics.gid("Customer", body.get("admin_graphql_api_customer_kept_id"))
    deleted = topics.gid("Customer", body.get("admin_graphql_api_customer_deleted_id"))
    moment = (event.occurred_at or event.received_at).replace(tzinfo=UTC)
    return {
        "id": f"{kept}:{deleted}",
        "kept_customer_id": kept,
        "deleted_customer_id": deleted,
        "merged_at": moment.isoformat(),
    }
