"""What Stripe's balance transactions speak of must be there: a total where Stripe counts nothing.

Every charge, refund, dispute and payout that moved money is the ``source`` of a balance transaction.
These are read first, so what they name exists by the time its own list is read.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from ingestion.errors import IncompleteLoad, VendorError
from ingestion.http import Client
from ingestion.rest_listing import Item
from ingestion.stripe_api import Stream, created, seconds

STREAMS = {"ch": "charges", "py": "charges", "re": "refunds", "pyr": "refunds"}
STREAMS |= {"dp": "disputes", "du": "disputes", "po": "payouts"}


class Sources:
    """Sources still to be seen, each with the balance transaction that names it."""

    def __init__(self, account: str, streams: Mapping[str, Stream]) -> None:
        self._account, self._streams = account, streams
        self._ranges: dict[str, tuple[datetime | None, datetime | None]] = {}
        self._wanted: dict[str, str] = {}

    def want(self, transaction: Item) -> None:
        source = transaction.get("source")
        if isinstance(source, str) and source.partition("_")[0] in STREAMS:
            self._wanted[source] = transaction["id"]

    def __contains__(self, source: object) -> bool:
        return source in self._wanted

    def listed(
        self, stream: Stream, since: datetime | None, before: datetime | None, found: set[str]
    ) -> None:
        """What a list since a moment and before another, or a whole one, held of them."""
        self._ranges[stream.name] = since, before
        for source in found:
            del self._wanted[source]

    def shown(self, item: Item) -> None:
        """One that an event showed, and not its list."""
        if item["id"] in self._wanted:
            self._accept(item["id"], item)
            del self._wanted[item["id"]]

    def fetch(self, client: Client) -> Iterator[tuple[Stream, Item]]:
        """What is still missing, by its id: an older object that no event told of."""
        for source in sorted(self._wanted):
            stream = self._stream(source)
            item: Item = {}
            if self._ranges[stream.name] != (None, None):
                try:
                    item = client.json(f"{stream.path}/{source}", scope=f"{stream.scope}: Read")
                except VendorError as error:
                    if error.status != 404:
                        raise
            self._accept(source, item)
            yield stream, item

    def _accept(self, source: str, item: Item) -> None:
        """One that its list should have held is proof that the list lied."""
        stream, place = self._stream(source), created(item)
        since, before = self._ranges[stream.name]
        early = since is not None and place is not None and place < seconds(since)
        late = before is not None and place is not None and place >= seconds(before)
        if not early and not late:
            raise IncompleteLoad(
                f"stripe {self._account}, {stream.name}: {source} did not come, and balance"
                f" transaction {self._wanted[source]} speaks of it; nothing was kept, load again"
            )

    def _stream(self, source: str) -> Stream:
        return self._streams[STREAMS[source.partition("_")[0]]]
