"""HubSpot's records of one type: listed whole, searched by window, listed from the recycle bin.

A search stops at 10,000 rows, so windows of time are halved until each fits. How each list is proven
to be whole stands in ``hubspot_pagers``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ingestion.errors import IncompleteLoad
from ingestion.hubspot_api import Crm
from ingestion.hubspot_pagers import Counted, Steady, Twice
from ingestion.rest_listing import Listing, NextCursor
from ingestion.rest_pages import Taker, read
from ingestion.tables import Table

LISTED, SEARCHED = 100, 200  # HubSpot's largest pages
MOST_FOUND = 10_000  # what one search gives; asking beyond is refused
AFTER, NEXT = "after", "paging.next.after"


class Crowded(Exception):  # noqa: N818 the caller lists everything instead
    """More rows changed within one millisecond than a search gives."""


@dataclass(frozen=True)
class Records:
    """One type of record. ``changed``: the property that holds when it was last changed."""

    name: str
    tables: tuple[Table, ...]
    scope: str
    changed: str

    @property
    def path(self) -> str:
        return f"/crm/v3/objects/{self.name}"

    @property
    def properties(self) -> list[str]:
        """HubSpot gives only the properties it is asked for, and a few of its choice."""
        declared = (path.split(".") for path in self.tables[0].columns)
        return [path[1] for path in declared if path[0] == "properties"]


def count(
    crm: Crm, records: Records, window: tuple[int, int] | None = None, by: str | None = None
) -> int:
    """How many records the search knows, of those whose time ``by`` is within a window or of all."""
    by = by or records.changed
    body = {"filterGroups": _filters(by, window), "properties": [], "limit": 1}
    total = crm.json(f"{records.path}/search", body=body, scope=records.scope).get("total")
    if not isinstance(total, int):
        raise IncompleteLoad(
            f"hubspot {crm.account.account}, {records.name}: a search without 'total', so nothing proves"
            " that all came; nothing was kept, load again"
        )
    return total


def listed(crm: Crm, records: Records, landing: Taker) -> int:
    """Every record that isn't archived; gives back how many there are."""
    pager = Counted(AFTER, NEXT, lambda: count(crm, records))
    return read(crm, _list(records, pager, archived=False), landing).promised or 0


def archived(crm: Crm, records: Records, landing: Taker) -> int:
    """Every record in the recycle bin, whose list takes no filter; gives back how many there are."""
    return read(crm, _list(records, Twice(AFTER, NEXT), archived=True), landing).promised or 0


def searched(
    crm: Crm,
    records: Records,
    landing: Taker,
    since: datetime,
    until: datetime,
    by: str | None = None,
) -> int:
    """Every record last changed, or with its time ``by``, within a window; gives back how many were promised."""
    promised, by = 0, by or records.changed
    for window in _windows(crm, records, _milliseconds(since), _milliseconds(until), by):
        listing = Listing(
            records.name,
            f"{records.path}/search",
            items="results",
            pager=Steady(AFTER, NEXT),
            body={
                "filterGroups": _filters(by, window),
                # What changes while we read leaves the window; the order of the others stays.
                "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
                "properties": records.properties,
                "limit": SEARCHED,
            },
            total="total",
            scope=records.scope,
        )
        promised += read(crm, listing, landing).promised or 0
    return promised


def _windows(
    crm: Crm, records: Records, begin: int, end: int, by: str
) -> Iterator[tuple[int, int]]:
    """Windows of milliseconds, both ends in them, that a search can give whole."""
    if count(crm, records, (begin, end), by) <= MOST_FOUND:
        yield begin, end
        return
    if begin == end:
        raise Crowded
    middle = (begin + end) // 2
    yield from _windows(crm, records, begin, middle, by)
    yield from _windows(crm, records, middle + 1, end, by)


def _list(records: Records, pager: NextCursor, *, archived: bool) -> Listing:
    asked = {"limit": str(LISTED), "properties": ",".join(records.properties)}
    return Listing(
        records.name,
        records.path,
        items="results",
        pager=pager,
        params=asked | ({"archived": "true"} if archived else {}),
        scope=records.scope,
    )


def _filters(by: str, window: tuple[int, int] | None) -> list[dict[str, Any]]:
    if window is None:
        return []
    between = {"propertyName": by, "operator": "BETWEEN"}
    return [{"filters": [between | {"value": str(window[0]), "highValue": str(window[1])}]}]


def _milliseconds(moment: datetime) -> int:
    return round(moment.replace(tzinfo=UTC).timestamp() * 1000)
