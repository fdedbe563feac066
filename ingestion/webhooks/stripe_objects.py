"""Stripe's events as rows of ``raw_stripe``: what an event shows of its object, versioned by its moment.

An event that comes late carries an older moment, so it can't overwrite what is newer. Two events of one
object and second can't be told apart by it: then the object is asked for by its id.
"""

import logging
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import orjson
import pyarrow as pa

from ingestion.errors import VendorError
from ingestion.http import Client
from ingestion.landing import Landing
from ingestion.request import Request, now
from ingestion.sources.stripe import CHANGES, STREAMS
from ingestion.stripe_api import Stream, client_of, clock, line, seconds
from ingestion.stripe_events import GONE, event_line
from ingestion.tables import Table
from ingestion.webhooks.store import Stored

TABLES = (*CHANGES.tables, *(table for stream in STREAMS for table in stream.tables))
BY_TYPE = {stream.type: stream for stream in STREAMS}

logger = logging.getLogger(__name__)


def tables(events: Sequence[Stored]) -> tuple[Table, ...]:
    """The raw tables that these events may lead to."""
    return TABLES if any(_event(stored) for stored in events) else ()


def rows(
    request: Request, events: Sequence[Stored], contested: Collection[int]
) -> Iterator[tuple[str, pa.Table]]:
    """Every event, and of each object what the newest of them shows. ``contested``: by ``Stored.number``."""
    landing = Landing(
        request.account, "webhooks", TABLES, now(), request.folder / "webhooks", version_at=now()
    )
    newest: dict[tuple[str, str], tuple[Stored, dict[str, Any]]] = {}
    for stored in events:
        event = _event(stored)
        if event is None:
            continue
        landing.add(event_line(event))
        about = event["data"]["object"].get("object"), event["data"]["object"].get("id")
        if about[0] not in BY_TYPE or about[1] is None:
            continue
        before = newest.get(about)
        if before is None or before[1]["created"] <= event["created"]:
            newest[about] = stored, event
    asked = [about for about, (stored, _) in newest.items() if stored.number in contested]
    for stored, event in newest.values():
        if stored.number not in contested:
            landing.add(_object_line(event))
    if asked:
        _ask(request, asked, landing)
    yield from landing.tables()


def _event(stored: Stored) -> dict[str, Any] | None:
    """The event, if the body is one; what is something else stays in ``raw_webhooks`` alone."""
    try:
        event = orjson.loads(stored.body)
        whole = isinstance(event["data"]["object"], dict) and type(event["created"]) is int
    except (orjson.JSONDecodeError, KeyError, TypeError):
        whole = False
    return event if whole and event.get("id") else None


def _object_line(event: dict[str, Any]) -> bytes:
    added: dict[str, object] = {"__versionAt": event["created"]}
    if event["type"] in GONE:
        added["__deleted"] = True
    item = event["data"]["object"]
    return line(item["object"], item, added)


def _ask(request: Request, wanted: Sequence[tuple[str, str]], landing: Landing) -> None:
    """``wanted``: type and id of each object."""
    client = client_of(request)
    try:
        # Stripe's clock before it is asked: what is asked from then on is at least as new.
        client.json(CHANGES.path, {"limit": "1"}, scope=f"{CHANGES.scope}: Read")
        for type_, id_ in wanted:
            added: dict[str, object] = {"__versionAt": seconds(clock(client))}
            item = _one(client, BY_TYPE[type_], id_)
            if item is None:
                logger.warning("%s: Stripe knows no %s any more", landing.where, id_)
                continue
            if item.pop("deleted", False):
                added["__deleted"] = True
            landing.add(line(type_, item, added))
    finally:
        request.requests += client.requests
        client.close()


def _one(client: Client, stream: Stream, id_: str) -> dict[str, Any] | None:
    try:
        return client.json(f"{stream.path}/{id_}", scope=f"{stream.scope}: Read")
    except VendorError as error:
        if error.status != 404:
            raise
        return None
