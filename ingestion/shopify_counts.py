"""How many objects Shopify has of each list it counts, all of them: an audit compares raw with it.

A load proves that its window came whole; this shows what no window would, a row lost or deleted long ago.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import orjson
import pyarrow as pa

from ingestion.landing import Landing
from ingestion.request import Request, now
from ingestion.shopify_promises import Promise
from ingestion.shopify_streams import Stream
from ingestion.tables import Table, columns
from ingestion.types import bigint, text, timestamp

OBJECT_COUNTS = Table(
    "object_counts",
    key=("stream",),
    created="asked_at",
    columns=columns((text, "stream"), (bigint, "counted"), (timestamp, "asked_at")),
)


def counted(streams: Sequence[Stream]) -> list[Stream]:
    """The streams whose objects raw holds and Shopify counts; where two read the same list, the first."""
    found: dict[str, Stream] = {}
    for stream in streams:
        if stream.count and stream.root_table.landed:
            found.setdefault(stream.count, stream)
    return list(found.values())


def landed(
    request: Request, promises: Mapping[str, Promise], asked_at: datetime
) -> Iterator[tuple[str, pa.Table]]:
    """One row per list whose whole was counted; ``asked_at`` by the vendor's clock."""
    folder = request.folder / OBJECT_COUNTS.name
    landing = Landing(request.account, OBJECT_COUNTS.name, (OBJECT_COUNTS,), now(), folder)
    moment = asked_at.replace(tzinfo=UTC).isoformat()
    for name, promise in promises.items():
        if promise.whole is not None:
            count = {"stream": name, "counted": promise.whole, "asked_at": moment}
            landing.add(orjson.dumps(count))
    yield from landing.tables()
