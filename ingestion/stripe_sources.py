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
    """Ids still to be seen: source -> the balance transaction that names it."""

    def __init__(self, account: str) -> None:
        self._account = account
        self._wanted: dict[str, str] = {}

    def want(self, transaction: Item) -> None:
        source = transaction.get("source")
        if isinstance(source, str) and source.partition("_")[0] in STREAMS:
            self._wanted[source] = transaction["id"]

    def __contains__(self, source: object) -> bool:
        return source in self._wanted

    def seen(self, source: str) -> None:
        self._wanted.pop(source, None)

    def fetch(
        self, client: Client, streams: Mapping[str, Stream], since: Mapping[str, datetime | None]
    ) -> Iterator[tuple[Stream, Item]]:
        """What is still missing, by its id: an older object that no event told of.

        One that its list should have held is proof that the list lied: the load is incomplete.
        """
        for source, transaction in sorted(self._wanted.items()):
            stream = streams[STREAMS[source.partition("_")[0]]]
            start = since[stream.name]
            item: Item = {}
            if start is not None:
                try:
                    item = client.json(f"{stream.path}/{source}", scope=f"{stream.scope}: Read")
                except VendorError as error:
                    if error.status != 404:
                        raise
            place = created(item)
            if start is None or place is None or place >= seconds(start):
                raise IncompleteLoad(
                    f"stripe {self._account}, {stream.name}: {source} did not come, and balance"
                    f" transaction {transaction} speaks of it; nothing was kept, load again"
                )
            yield stream, item
