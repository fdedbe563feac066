"""Zendesk's incremental exports, read until they can be believed.

Nothing counts what an export should hold, so it is read twice, cut into other pages, and believed when both
readings tell the same. The last minute is never in an export, so what it is asked for is at rest; a row that
changes while we read comes again, later and newer.

Source: developer.zendesk.com: Incremental Exports; Using the Incremental Export API.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from ingestion.rest_listing import Doubt, Item, Listing, Walk
from ingestion.rest_pages import Taker, read
from ingestion.zendesk_api import Desk
from ingestion.zendesk_pages import RIGHT, Export, id_of, rows

AT_REST = timedelta(minutes=1)  # nothing younger is in an export
IDENTITIES = "identities"


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
        first = {
            id_of(row): _state(self.export, row) for row in rows(self.desk, self.export, self.since)
        }
        second: dict[str, tuple[datetime | None, int]] = {}
        seen: set[tuple[str, datetime | None]] = set()
        for row in rows(self.desk, self.export, self.since, first_page=1):
            state = _state(self.export, row)
            second[id_of(row)] = state
            if (id_of(row), state[0]) not in seen:  # a version that stands on two pages is one
                seen.add((id_of(row), state[0]))
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
