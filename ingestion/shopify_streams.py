"""``Stream``: one list of Shopify's, what hangs on its objects, and how to ask for what is new."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from ingestion.tables import Table

Priority = Literal["high", "low"]


@dataclass(frozen=True)
class Settles:
    """Objects that change without an updated time: open while ``path`` holds one of ``open_values``.

    The cursor waits at the oldest open one, so they are read again until they are settled; one that
    is open for longer than ``within`` is waited for no more.
    """

    path: str
    open_values: frozenset[str]
    within: timedelta


@dataclass(frozen=True)
class Stream:
    """One request to Shopify: a root, what hangs on it, and how to ask how many there are.

    ``under`` is the object that has the root, null where a shop has no such thing. ``moment`` is the
    root's time that ``filter`` compares; without a ``filter`` every load reads all of them.
    """

    name: str
    tables: tuple[Table, ...]
    root: str
    count: str | None = None  # None: Shopify counts none of these, so their ids are listed
    count_filters: bool = True  # False: it counts all of them, never the changed ones
    sort: str | None = "UPDATED_AT"
    is_object: bool = False  # one object, not a connection
    under: str | None = None
    filter: str | None = "updated_at"
    moment: str = "updatedAt"
    window_filter: str | None = "created_at"  # what a range in the past is searched by
    arguments: Mapping[str, str] = field(default_factory=dict)  # field -> the arguments it is given
    overlap: timedelta = timedelta(minutes=5)  # Shopify's search indexes late
    settles: Settles | None = None
    whole_every: timedelta | None = None  # what changes unseen by the cursor is read so often
    priority: Priority = "high"

    @property
    def root_table(self) -> Table:
        return self.tables[0]
