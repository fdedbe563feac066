"""HubSpot's three kinds of list, each proven another way to be whole: by the search's count, by a total
that stays while pages are counted off, by a second reading.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ingestion.rest_listing import Doubt, Item, Listing, NextCursor, Walk


@dataclass(frozen=True)
class Counted(NextCursor):
    """A list that says no total: it must hold what the search counts after it was read."""

    count: Callable[[], int]

    def walk(self, ask: Callable[[Mapping[str, str]], Item], walk: Walk, listing: Listing) -> None:
        super().walk(ask, walk, listing)
        walk.promised = self.count()


@dataclass(frozen=True)
class Steady(NextCursor):
    """A list paged by place: one that a row left meanwhile has moved up, and passed another row over."""

    def walk(self, ask: Callable[[Mapping[str, str]], Item], walk: Walk, listing: Listing) -> None:
        totals: set[Any] = set()

        def steadily(more: Mapping[str, str]) -> Item:
            answer = ask(more)
            totals.add(answer.get("total"))
            if len(totals) > 1:
                raise Doubt("its total changed while it was read")
            return answer

        super().walk(steadily, walk, listing)


@dataclass(frozen=True)
class Twice(NextCursor):
    """A list that nobody counts: believed when it reads the same twice.

    The second reading's first page is of one row, so that a page lost in both isn't the same rows.
    """

    def walk(self, ask: Callable[[Mapping[str, str]], Item], walk: Walk, listing: Listing) -> None:
        before: set[str] = set()
        after: set[str] = set()

        def cut_anew(more: Mapping[str, str]) -> Item:
            return ask(more or {"limit": "1"})

        def first(item: Item) -> None:
            before.add(listing.key(item))

        def second(item: Item) -> None:
            after.add(listing.key(item))
            walk.take(item)

        super().walk(ask, Walk(listing, first), listing)
        super().walk(cut_anew, Walk(listing, second), listing)
        if before != after:
            raise Doubt(f"{len(before ^ after)} rows came in one of two readings only")
        walk.promised = len(before)
