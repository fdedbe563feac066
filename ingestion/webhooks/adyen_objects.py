"""Adyen's notifications as rows of ``raw_adyen``: each item is a row of its own, versioned by its moment.

Adyen has no list to ask: what a notification says is all there is. An item that comes late or twice changes
nothing, because its reference, code and outcome are its key.
"""

from collections.abc import Iterator, Sequence

import pyarrow as pa

from ingestion.landing import Landing
from ingestion.request import Request, now
from ingestion.sources.adyen import NOTIFICATIONS
from ingestion.tables import Table
from ingestion.webhooks import topics
from ingestion.webhooks.store import Stored


def tables(events: Sequence[Stored]) -> tuple[Table, ...]:
    """The raw tables that these events may lead to; what is no item stays in ``raw_webhooks`` alone."""
    return (NOTIFICATIONS,) if any(_is_item(event) for event in events) else ()


def rows(request: Request, events: Sequence[Stored]) -> Iterator[tuple[str, pa.Table]]:
    landing = Landing(
        request.account, "webhooks", (NOTIFICATIONS,), now(), request.folder / "webhooks"
    )
    for event in events:
        if _is_item(event):
            landing.add(event.body)
    yield from landing.tables()


def _is_item(event: Stored) -> bool:
    return bool(topics.parsed(event.body).get("pspReference"))
