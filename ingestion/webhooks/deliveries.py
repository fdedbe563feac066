"""What was delivered: a vendor's request as the events in it, each with an id that a repetition shares.

Only called with what ``signatures`` has proven. A body that is no JSON is an event all the same: it is kept.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any

import orjson

from ingestion.webhooks import topics
from ingestion.webhooks.signatures import Headers, adyen_items
from ingestion.webhooks.store import Arrived

UNKNOWN = "unknown"


def read(
    system: str, account: str, headers: Headers, body: bytes, received_at: datetime
) -> list[Arrived]:
    """The events of one request, in its order."""
    return READERS[system](account, headers, body, received_at)


def _shopify(account: str, headers: Headers, body: bytes, received_at: datetime) -> list[Arrived]:
    """One event. Its id is shared by repetitions, but also by other topics that one cause set off."""
    topic = headers.get("x-shopify-topic") or UNKNOWN
    subject = topics.subject(topic, topics.parsed(body))
    given = headers.get("x-shopify-event-id") or headers.get("x-shopify-webhook-id")
    event_id = f"{given}:{topic}:{subject or ''}" if given else _digest(body)
    occurred_at = _moment(headers.get("x-shopify-triggered-at"))
    return [
        Arrived(
            system="shopify",
            account=account,
            event_id=event_id,
            topic=topic,
            occurred_at=occurred_at,
            received_at=received_at,
            body=body,
            subject=subject,
        )
    ]


def _stripe(account: str, _: Headers, body: bytes, received_at: datetime) -> list[Arrived]:
    event = topics.parsed(body)
    created = event.get("created")
    about = topics.at(event, "data.object.id")
    return [
        Arrived(
            system="stripe",
            account=account,
            event_id=str(event.get("id") or _digest(body)),
            topic=str(event.get("type") or UNKNOWN),
            occurred_at=_epoch(created) if type(created) is int else None,
            received_at=received_at,
            body=body,
            subject=about if isinstance(about, str) else None,
        )
    ]


def _adyen(account: str, _: Headers, body: bytes, received_at: datetime) -> list[Arrived]:
    """An event per notification item. Repetitions share the reference, the code and the outcome."""
    events = []
    for item in adyen_items(body):
        reference, code = item.get("pspReference"), item.get("eventCode") or UNKNOWN
        about = item.get("originalReference") or reference
        events.append(
            Arrived(
                system="adyen",
                account=account,
                event_id=f"{reference}:{code}:{str(item.get('success')).lower()}",
                topic=str(code),
                occurred_at=_moment(item.get("eventDate")),
                received_at=received_at,
                body=orjson.dumps(item),
                subject=str(about) if about else None,
            )
        )
    return events


READERS = {"adyen": _adyen, "shopify": _shopify, "stripe": _stripe}


def _digest(body: bytes) -> str:
    return f"md5:{hashlib.md5(body, usedforsecurity=False).hexdigest()}"


def _moment(text: Any) -> datetime | None:
    """An ISO time as UTC without a zone; of what is none, nothing."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _epoch(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
    except (OverflowError, OSError, ValueError):
        return None
