"""Everything new at one Stripe account: lists since their cursors, events for what changed, entries.

Order matters. Balance transactions come first, so what they name must be in the lists after them;
events come after the lists, so a change between two pages is in one or the other.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time

import pyarrow as pa

from ingestion import stripe_events
from ingestion.http import Client
from ingestion.landing import Landing
from ingestion.request import Completeness, Request, now
from ingestion.rest_listing import Item
from ingestion.rest_pages import read
from ingestion.stripe_api import (
    OVERLAP,
    Stream,
    check_scopes,
    client_of,
    clock,
    created,
    line,
    listing,
    moment,
    seconds,
)
from ingestion.stripe_open import Open
from ingestion.stripe_payouts import add_entries, has_entries
from ingestion.stripe_sources import Sources
from ingestion.tables import Table

Tables = Iterator[tuple[str, pa.Table]]


def extract(request: Request, streams: Sequence[Stream], events: Stream, entries: Table) -> Tables:
    """Land every stream; ``streams`` begins with the balance transactions. Raises before a cursor moves."""
    client = client_of(request)
    try:
        if request.window:
            yield from _window(request, client, streams, events, entries)
            return
        # Before all: Stripe's clock, and the right to read every list, changes too, which the first load
        # needn't use.
        check_scopes(client, [*streams, events])
        load = _Load(
            request, client, streams, stripe_events.are_missed(request, events, clock(client))
        )
        for stream in streams:
            yield from load.list(stream)
        yield from stripe_events.changes(request, client, events, streams, load.until, load.seen)
        yield from load.sources_without_event()
        yield from load.still_open()
        yield from load.entries(entries)
    finally:
        request.requests, request.vendor_date = client.requests, client.vendor_date
        client.close()


def _window(
    request: Request, client: Client, streams: Sequence[Stream], events: Stream, entries: Table
) -> Tables:
    """What was created in a window, as it is now: so no events are needed, only Stripe's clock."""
    client.json(events.path, {"limit": "1"}, scope=f"{events.scope}: Read")
    load = _Load(request, client, streams, whole=True)
    for stream in streams:
        yield from load.list(stream)
    yield from load.sources_without_event()
    yield from load.entries(entries)


class _Load:
    """One account's load under way."""

    def __init__(
        self, request: Request, client: Client, streams: Sequence[Stream], whole: bool
    ) -> None:
        self.request, self.client, self.whole = request, client, whole
        self.transactions = streams[0]
        self.until = clock(client)
        self.payouts: dict[str, Item] = {}
        self.payouts_since: datetime | None = None
        by_name = {stream.name: stream for stream in streams}
        self.sources = Sources(request.account.account, by_name)
        self.open = Open(request, streams, self.until)
        self.available: set[str] = set()  # transactions of this load that are

    def list(self, stream: Stream) -> Tables:
        """One list, since its cursor; the first time, or when events were missed, all of it."""
        request = self.request
        since, before, reach = self._range(stream)
        landing = self._landing(stream.name, stream.tables)
        found: set[str] = set()

        def begin() -> Callable[[Item], None]:
            found.clear()
            return lambda item: self._note(stream, item, reach, found)

        asked = listing(stream, since, reach if stream.lasting else None, before)
        walk = read(self.client, asked, landing, lambda item: line(stream.type, item), begin)
        self.sources.listed(stream, since, before, found)
        if stream.name == "payouts":
            self.payouts_since = since
        yield from landing.tables()
        request.completeness.append(
            Completeness(stream.name, since, before or self.until, None, landing.landed, "pages")
        )
        if walk.first is not None:
            request.advance(stream.name, moment(walk.first), moment(walk.first))

    def _range(self, stream: Stream) -> tuple[datetime | None, datetime | None, datetime | None]:
        """Since and before when to list, and when a row was created that must be in the list."""
        if self.request.window:
            return (*self.request.window, None)
        known = self.request.cursors.get(stream.name)
        reach = datetime.fromisoformat(known) if known else None
        since = None if self.whole else self.request.since(stream.name, OVERLAP)
        if since is None and self.request.account.history_from:
            since = datetime.combine(self.request.account.history_from, time())
            if reach is not None and reach < since:
                reach = None  # history_from was moved on, past what we know
        return since, None, reach

    def seen(self, item: Item) -> None:
        """An object that an event showed."""
        self.sources.shown(item)
        self._remember(item)

    def sources_without_event(self) -> Tables:
        for stream, item in self.sources.fetch(self.client):
            landing = self._landing(stream.name, stream.tables, folder=item["id"])
            landing.add(line(stream.type, item))
            self._remember(item)
            yield from landing.tables()

    def still_open(self) -> Tables:
        """What was open when it was last seen and nothing has shown since."""
        for stream in self.open.due():
            # Made before the question: its clock then is what the rows are versioned by.
            landing = self._landing(stream.name, stream.tables, folder=f"{stream.name}.open")
            for item in self.open.fetch(self.client, stream):
                landing.add(line(stream.type, item))
                self._remember(item)
            yield from landing.tables()
        self.open.keep()

    def entries(self, table: Table) -> Tables:
        """What the payouts met in this load are made of."""
        landing = self._landing(table.name, (table, *self.transactions.tables))
        count = add_entries(
            self.client, self.transactions, self.payouts.values(), landing, self.available
        )
        yield from landing.tables()
        self.request.completeness.append(
            Completeness(table.name, self.payouts_since, self.until, None, count, "pages")
        )

    def _note(self, stream: Stream, item: Item, known: datetime | None, found: set[str]) -> None:
        if stream is self.transactions:
            place = created(item)
            # Whole readings prove everything; else only what is new can lack its source.
            if self.whole or known is None or (place is not None and place > seconds(known)):
                self.sources.want(item)
            if item.get("status") == "available":
                self.available.add(item["id"])
            return
        if item["id"] in self.sources:
            found.add(item["id"])
        self._remember(item)

    def _remember(self, item: Item) -> None:
        self.open.note(item)
        if item["object"] == "payout" and has_entries(item):
            self.payouts[item["id"]] = item

    def _landing(self, name: str, tables: Sequence[Table], folder: str | None = None) -> Landing:
        version = clock(self.client)
        place = self.request.folder / (folder or name)
        return Landing(self.request.account, name, tables, now(), place, version)
