"""Legal requests that a shop passes on: who asks for what, by when, without saying whom in plain.

Grain:  one row per request, keyed (account, request_id); a request that is replayed is the same row again.
Due:    30 days after it came, which is what Shopify asks for all three. ``shop/redact`` comes 48 hours
        after the app was uninstalled, and its 30 days count from then as well.
Source: shopify.dev, privacy law compliance.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from ingestion.hashing import keyed_hashes
from ingestion.tables import arrow_schema, columns
from ingestion.types import bigint, text, timestamp
from ingestion.webhooks import topics
from ingestion.webhooks.store import Stored

DUE = timedelta(days=30)
OWNER = "data-steward"

REQUESTS = columns(
    (text, "system account request_id kind subject_id_hash email_hash phone_hash"),
    (bigint, "orders_count"),
    (timestamp, "received_at due_at"),
    (text, "owner"),
)
DECISIONS = columns(
    (text, "system account request_id decision decided_by why"), (timestamp, "decided_at")
)
HASHED = ("subject_id_hash", "email_hash", "phone_hash")


def requests(events: Iterable[Stored]) -> pa.Table:
    """The legal requests among some events, their subjects as keyed hashes."""
    found = [_request(event) for event in events if event.topic in topics.PRIVACY]
    table = pa.Table.from_pylist(found, schema=arrow_schema(REQUESTS))
    for name in HASHED:
        place = table.schema.get_field_index(name)
        if found:
            table = table.set_column(place, name, keyed_hashes(table[name]))
    return table


def request_id(event: Stored) -> str:
    """What people name a request by: Shopify's own ids of events are long, and name the customer."""
    return hashlib.sha256(f"{event.account}|{event.event_id}".encode()).hexdigest()[:12]


def decision(
    system: str, account: str, request: str, decided_by: str, why: str, decided_at: datetime
) -> pa.Table:
    """That a request was dealt with, by whom and how."""
    row = {
        "system": system,
        "account": account,
        "request_id": request,
        "decision": "done",
        "decided_by": decided_by,
        "why": why,
        "decided_at": decided_at,
    }
    return pa.Table.from_pylist([row], schema=arrow_schema(DECISIONS))


def _request(event: Stored) -> Mapping[str, Any]:
    body = topics.parsed(event.body)
    customer = topics.at(body, "customer.id")
    orders = body.get("orders_requested") or body.get("orders_to_redact") or ()
    email, phone = topics.at(body, "customer.email"), topics.at(body, "customer.phone")
    return {
        "system": event.system,
        "account": event.account,
        "request_id": request_id(event),
        "kind": event.topic,
        "subject_id_hash": _said(body.get("shop_id") if customer is None else customer),
        "email_hash": (_said(email) or "").strip().lower() or None,
        "phone_hash": _said(phone),
        "orders_count": len(orders),
        "received_at": event.received_at,
        "due_at": event.received_at + DUE,
        "owner": OWNER,
    }


def _said(value: Any) -> str | None:
    return None if value in (None, "") else str(value)
