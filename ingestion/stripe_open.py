"""Stripe's objects that can still change: remembered by id, and asked for again until they are final.

An event tells a change for 30 days and only if there is one; a dispute stays open for months. What
neither a list nor an event showed in a load is asked for by id, once a day: one request each.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from ingestion.errors import VendorError
from ingestion.http import Client
from ingestion.request import Request
from ingestion.rest_listing import Item
from ingestion.stripe_api import Stream

# docs.stripe.com/api: the dispute, refund and payout objects, ``status``. What changes after these (a
# refund that fails late, a payout that comes back) has an event of its own.
FINAL = {
    "dispute": {"won", "lost", "warning_closed", "prevented"},
    "refund": {"succeeded", "failed", "canceled"},
    "payout": {"paid", "failed", "canceled"},
}
AGAIN_AFTER = timedelta(hours=20)  # so a load at the same hour of each day asks each day
ASKED = "open.asked"  # cursor: when they were last asked for

logger = logging.getLogger(__name__)


def cursor_of(stream: Stream) -> str:
    """Which of a load's cursors holds a stream's open ids, joined by blanks."""
    return f"{stream.name}.open"


class Open:
    """What is open at one account, as of this load."""

    def __init__(self, request: Request, streams: Sequence[Stream], until: datetime) -> None:
        self._request, self._until = request, until
        self._streams = {stream.type: stream for stream in streams if stream.type in FINAL}
        self._ids = {
            type_: set(request.cursors.get(cursor_of(stream), "").split())
            for type_, stream in self._streams.items()
        }
        self._shown: set[str] = set()

    def note(self, item: Item) -> None:
        """One that a list, an event or its own address showed: remembered while it is open."""
        ids = self._ids.get(item.get("object", ""))
        if ids is None:
            return
        self._shown.add(item["id"])
        if _is_final(item):
            ids.discard(item["id"])
        else:
            ids.add(item["id"])

    def due(self) -> Iterator[Stream]:
        """The streams that hold something open that nothing showed in this load; none within a day."""
        asked = self._request.cursors.get(ASKED)
        if asked is None or datetime.fromisoformat(asked) <= self._until - AGAIN_AFTER:
            yield from (s for s in self._streams.values() if self._ids[s.type] - self._shown)
            self._request.cursors[ASKED] = self._until.isoformat()

    def fetch(self, client: Client, stream: Stream) -> Iterator[Item]:
        """One stream's, as they are now."""
        for id_ in sorted(self._ids[stream.type] - self._shown):
            item = self._ask(client, stream, id_)
            if item:
                yield item

    def keep(self) -> None:
        """Remember what is open for the next load."""
        for type_, stream in self._streams.items():
            self._request.cursors.pop(cursor_of(stream), None)
            if self._ids[type_]:
                self._request.cursors[cursor_of(stream)] = " ".join(sorted(self._ids[type_]))

    def _ask(self, client: Client, stream: Stream, id_: str) -> Item | None:
        try:
            return client.json(f"{stream.path}/{id_}", scope=f"{stream.scope}: Read")
        except VendorError as error:
            if error.status != 404:
                raise
        logger.warning(
            "stripe %s: %s was open and is not there any more; concord sweep stripe says what else is"
            " gone",
            self._request.account.account,
            id_,
        )
        self._ids[stream.type].discard(id_)
        return None


def _is_final(item: Item) -> bool:
    """Final, and, of an automatic payout, its entries found: until then it can't be told what it holds."""
    return (
        item.get("status") in FINAL[item["object"]]
        and item.get("reconciliation_status") != "in_progress"
    )
