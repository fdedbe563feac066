"""Zendesk's incremental exports, cursor-based: what changed since a moment, page after page until the end of stream.

Nothing counts what an export should hold, so it is read twice, cut into other pages, and believed when both
readings tell the same. The last minute is never in an export, so what it is asked for is at rest; a row that
changes while we read comes again, later and newer.

Source: developer.zendesk.com: Incremental Exports; Using the Incremental Export API; side-loading.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from ingestion.errors import IncompleteLoad, VendorError
from ingestion.rest_listing import Doubt, Item, Listing, Walk
from ingestion.rest_pages import Taker, read
from ingestion.tables import Table
from ingestion.zendesk_api import EXPORTS, Desk

MOST = 1000  # rows of a page
AT_REST = timedelta(minutes=1)  # nothing younger is in an export
IDENTITIES = "identities"
RIGHT = "admin role"


@dataclass(frozen=True)
class Export:
    """One export. ``changed``: gives when a row last changed, as Zendesk sorts the export by it.

    ``include``: what is asked for beside the rows and belongs into them.
    """

    table: Table
    changed: Callable[[Item], datetime | None]
    include: str | None = None

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def path(self) -> str:
        return f"{EXPORTS}{self.name}/cursor.json"


def read_export(
    desk: Desk, export: Export, since: datetime, until: datetime, landing: Taker
) -> Walk:
    """Every row that changed since a moment into the landing; ``promised`` counts objects, not versions.

    ``until``: Zendesk's clock now; what changed up to a minute before it must be in both readings.
    """
    listing = Listing(
        export.name,
        export.path,
        items=export.name,
        pager=Twice(desk, export, since, until - AT_REST),
        key=lambda item: f"{item.get('id')} {export.changed(item)} {orjson.dumps(item)}",
        scope=RIGHT,
    )
    return read(desk, listing, landing)


@dataclass(frozen=True)
class Twice:
    """Reads an export twice; the second reading's first page is of one row, so that one lost isn't the same."""

    desk: Desk
    export: Export
    since: datetime
    rest: datetime
    param: str = field(default="", init=False)

    def walk(self, ask: Callable[[Mapping[str, str]], Item], walk: Walk, listing: Listing) -> None:
        first = {_id(row): _state(self.export, row) for row in self._rows(MOST)}
        second: dict[str, tuple[datetime | None, int]] = {}
        seen: set[tuple[str, datetime | None]] = set()
        for row in self._rows(1):
            state = _state(self.export, row)
            second[_id(row)] = state
            if (_id(row), state[0]) not in seen:  # a version that stands on two pages is one
                seen.add((_id(row), state[0]))
                walk.take(row)
        for id_ in first.keys() | second.keys():
            self._compare(id_, first.get(id_), second.get(id_))
        walk.promised = len(second)

    def _compare(
        self,
        id_: str,
        before: tuple[datetime | None, int] | None,
        after: tuple[datetime | None, int] | None,
    ) -> None:
        if after is None:
            raise Doubt(f"{id_} came in the first of two readings only")
        is_at_rest = after[0] is None or after[0] <= self.rest
        if is_at_rest and before != after:
            raise Doubt(f"{id_} is not the same in two readings")

    def _rows(self, size: int) -> Iterator[Item]:
        asked = {"start_time": str(_seconds(self.since)), "per_page": str(size)}
        cursors: set[str] = set()
        while True:
            answer = self._page(asked | self._beside)
            found = answer.get(self.export.name)
            if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
                raise Doubt(f"an answer without a list of objects in '{self.export.name}'")
            yield from self._whole(found, answer)
            if answer.get("end_of_stream") is True:
                return
            cursor = str(answer.get("after_cursor") or "")
            if answer.get("end_of_stream") is not False or not cursor or cursor in cursors:
                raise Doubt("a page is not the end and says no way on")
            cursors.add(cursor)
            asked = {"cursor": cursor, "per_page": str(MOST)}

    @property
    def _beside(self) -> dict[str, str]:
        return {"include": self.export.include} if self.export.include else {}

    def _page(self, asked: Mapping[str, str]) -> Item:
        try:
            return self.desk.json(self.export.path, asked, scope=RIGHT)
        except VendorError as error:
            if "cursor" in asked and error.status in (400, 404, 422):
                raise Doubt(f"the next page is refused ({error.status})") from None
            raise

    def _whole(self, rows: list[Item], answer: Item) -> Iterator[Item]:
        """The rows with what was asked for beside them."""
        beside = self.export.include
        if beside is None:
            yield from rows
            return
        given = answer.get(beside)
        if not isinstance(given, list):
            raise IncompleteLoad(
                f"zendesk {self.desk.account.account}, {self.export.name}: an export without the"
                f" '{beside}' it was asked to include; nothing was kept, load again"
            )
        of_row: dict[str, list[Item]] = {}
        for one in given:
            of_row.setdefault(str(one.get("user_id")), []).append(one)
        for row in rows:
            yield row | {beside: sorted(of_row.get(_id(row), []), key=_id)}


def moment_of(path: str) -> Callable[[Item], datetime | None]:
    """When a row changed, from a field that holds an ISO time; of one that can't be read, None."""

    def found(item: Item) -> datetime | None:
        try:
            return datetime.fromisoformat(str(item.get(path))).astimezone(UTC).replace(tzinfo=None)
        except ValueError:
            return None

    return found


def second_of(path: str) -> Callable[[Item], datetime | None]:
    """The same from a field that holds seconds since 1970."""

    def found(item: Item) -> datetime | None:
        value = item.get(path)
        if type(value) is not int:
            return None
        return datetime.fromtimestamp(value, UTC).replace(tzinfo=None)

    return found


def _state(export: Export, row: Item) -> tuple[datetime | None, int]:
    beside: Any = row.get(export.include or "")
    return export.changed(row), len(beside) if isinstance(beside, list) else 0


def _id(item: Item) -> str:
    return str(item.get("id"))


def _seconds(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp())
