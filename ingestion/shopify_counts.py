"""How many objects Shopify has of each list it counts, all of them: an audit compares raw with it.

A load proves that its window came whole; this shows what no window would, a row lost or deleted long ago.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import orjson
import pyarrow as pa

from ingestion.landing import Landing
from ingestion.request import Request, now
from ingestion.shopify_api import Shop
from ingestion.shopify_questions import opening
from ingestion.shopify_streams import Stream
from ingestion.tables import Table, columns
from ingestion.types import bigint, text, timestamp

OBJECT_COUNTS = Table(
    "object_counts",
    key=("stream",),
    created="asked_at",
    columns=columns((text, "stream"), (bigint, "counted"), (timestamp, "asked_at")),
)


def document(streams: Sequence[Stream]) -> str:
    """All counts, by stream name, in one query."""
    return opening([(stream, True) for stream in counted(streams)])


def counted(streams: Sequence[Stream]) -> list[Stream]:
    """The streams whose objects raw holds and Shopify counts; where two read the same list, the first."""
    found: dict[str, Stream] = {}
    for stream in streams:
        if stream.count and stream.root_table.landed:
            found.setdefault(stream.count, stream)
    return list(found.values())


def landed(
    request: Request, shop: Shop, streams: Sequence[Stream], asked_at: datetime
) -> Iterator[tuple[str, pa.Table]]:
    """One row per list; ``asked_at`` by the vendor's clock."""
    chosen = counted(streams)
    if not chosen:
        return
    answer = shop.query(document(chosen))
    folder = request.folder / OBJECT_COUNTS.name
    landing = Landing(request.account, OBJECT_COUNTS.name, (OBJECT_COUNTS,), now(), folder)
    moment = asked_at.replace(tzinfo=UTC).isoformat()
    for stream in chosen:
        count = {"stream": stream.name, "counted": answer[stream.name]["count"], "asked_at": moment}
        landing.add(orjson.dumps(count))
    yield from landing.tables()
