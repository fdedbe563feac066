"""Lists as a REST vendor hands them out, as data: where they stand, how they are paged, what must hold.

A ``Walk`` takes a list's items and doubts what can't be: a row that comes twice, out of order, not
after the one it was asked after. What a doubt leads to is ``rest_pages``' business.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import orjson

Item = dict[str, Any]


class Doubt(Exception):  # noqa: N818 an instruction to read again, not yet a failure
    """One page contradicts another, or itself."""


class Pager(Protocol):
    """How a vendor hands out a list: calls ``ask`` with more parameters until there is no more.

    Raises ``Doubt`` where two answers can't both be true; ``take`` is given each item once, in order.
    """

    @property
    def param(self) -> str:
        """The parameter that says where a page begins."""
        ...

    def walk(
        self, ask: Callable[[Mapping[str, str]], Item], walk: "Walk", listing: "Listing"
    ) -> None: ...


@dataclass(frozen=True)
class Listing:
    """One list of a vendor. ``order``: what its rows are sorted by; of a row it can't be read of, None."""

    stream: str
    path: str
    items: str  # path of the rows in an answer
    pager: Pager
    params: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None  # asked by POST; the pager's parameters go in here
    order: Callable[[Item], Any] | None = None
    falling: bool = False  # newest first
    key: Callable[[Item], str] = lambda item: known_by(item)
    reach: Any = None  # a row of this place in the order is known and must come too
    total: str | None = None  # path of the count the vendor promises
    scope: str | None = None  # what the vendor calls the right to read this


class Walk:
    """One reading of a list: takes items, remembers enough to doubt them."""

    def __init__(self, listing: Listing, take: Callable[[Item], None]) -> None:
        self.listing, self._take = listing, take
        self.count = 0
        self.promised: int | None = None
        self.first: Any = None  # the first row's place in the order
        self.last: Item | None = None
        self.before: Item | None = None  # the row before the last
        self._place: Any = None
        self._keys: set[str] = set()
        self._reached = listing.reach is None

    def take(self, item: Item) -> None:
        """The next item; doubted if it comes twice or out of order."""
        key = self.listing.key(item)
        if self.listing.order:
            self._follow(self.listing.order(item), key)
        if key in self._keys:
            raise Doubt(f"{key} came twice")
        self._keys.add(key)
        self.before, self.last = self.last, item
        self.count += 1
        self._take(item)

    def _follow(self, place: Any, key: str) -> None:
        if place is None:  # unreadable: landing says so, row by row
            return
        if self._place is None:
            self.first = self._place = place
        if (place > self._place) if self.listing.falling else (place < self._place):
            raise Doubt(f"{key} is out of order")
        if place != self._place:
            self._keys.clear()  # in a sorted list what comes twice stands together
        self._place = place
        self._reached = self._reached or place == self.listing.reach

    def finish(self) -> None:
        """The list ended: now what is known must have come, and as much as the vendor promised."""
        if not self._reached:
            raise Doubt(f"nothing of {self.listing.reach}, where a known row lies")
        if self.promised is not None and self.count < self.promised:
            raise Doubt(f"{self.count} came of {self.promised} promised")


@dataclass(frozen=True)
class NextCursor:
    """Each answer names the next page at the path ``at``; none there, or an empty one, is the end."""

    param: str
    at: str

    def walk(self, ask: Callable[[Mapping[str, str]], Item], walk: Walk, listing: Listing) -> None:
        asked: set[str] = set()
        more: Mapping[str, str] = {}
        while True:
            answer = ask(more)
            items = rows(answer, listing)
            for item in items:
                walk.take(item)
            if listing.total:
                walk.promised = at(answer, listing.total)
                if not isinstance(walk.promised, int):
                    raise Doubt(f"an answer without a count in '{listing.total}'")
            cursor = at(answer, self.at)
            if cursor in (None, ""):
                return
            if str(cursor) in asked or not items:
                raise Doubt("a page promises more and the next brings nothing new")
            asked.add(str(cursor))
            more = {self.param: str(cursor)}


@dataclass(frozen=True)
class AfterLast:
    """The next page is asked for by the id of a row before it (``starting_after`` and the like).

    We ask from the last row but one, so each page must begin with the last row we have: one that was
    skipped, repeated or shuffled shows. The list ends where a page says so and the next brings
    nothing but that row. The newest row, read alone beforehand, must be among
    what comes: so the first page is proven too, and ``size`` rows can't vanish before it.
    """

    param: str
    more: str  # path of the flag that says whether more follows
    size: str  # parameter of how many rows a page has

    def walk(self, ask: Callable[[Mapping[str, str]], Item], walk: Walk, listing: Listing) -> None:
        newest = rows(ask({self.size: "1"}), listing)[:1]
        missing = {listing.key(item) for item in newest}
        more = False
        while True:
            anchor = walk.before or walk.last
            overlap = walk.last if walk.before else None
            answer = ask({self.param: listing.key(anchor)} if anchor else {})
            items, promised = rows(answer, listing), more
            more = bool(at(answer, self.more))
            if overlap is not None:
                if not items or listing.key(items[0]) != listing.key(overlap):
                    raise Doubt(f"a page does not follow on {listing.key(overlap)}")
                items = items[1:]
            for item in items:
                walk.take(item)
                missing.discard(listing.key(item))
            if not items:
                break
        if more or promised:
            raise Doubt("a page promises more and the next brings nothing new")
        if missing:
            raise Doubt(f"{missing.pop()}, the newest row, is not in the list")


def known_by(item: Item) -> str:
    """What a row is told from others by: its id; of one without, a digest, since errors repeat it."""
    if item.get("id") is not None:
        return str(item["id"])
    return f"md5:{hashlib.md5(orjson.dumps(item), usedforsecurity=False).hexdigest()}"


def rows(answer: Item, listing: Listing) -> list[Item]:
    found = at(answer, listing.items)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise Doubt(f"an answer without a list of objects in '{listing.items}'")
    return found


def at(answer: Item, path: str) -> Any:
    value: Any = answer
    for part in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    return value


def moment(text: str) -> datetime:
    """An ISO time as something to sort by: as text, '...17Z' sorts after '...17.5Z'."""
    return datetime.fromisoformat(text)
