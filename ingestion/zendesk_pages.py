"""One reading of an incremental export, cursor-based: page after page from a moment until the end of stream.

Source: developer.zendesk.com: Incremental Exports; Using the Incremental Export API; side-loading.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from ingestion.errors import IncompleteLoad, VendorError
from ingestion.rest_listing import Doubt, Item
from ingestion.tables import Table
from ingestion.zendesk_api import EXPORTS, Desk

MOST = 1000  # rows of a page
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


def rows(desk: Desk, export: Export, since: datetime, first_page: int = MOST) -> Iterator[Item]:
    """What changed since a moment; ``first_page`` rows at the first request, then as many as a page holds."""
    beside = {"include": export.include} if export.include else {}
    asked = {"start_time": str(_seconds(since)), "per_page": str(first_page)}
    cursors: set[str] = set()
    while True:
        answer = _page(desk, export, asked | beside)
        found = answer.get(export.name)
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise Doubt(f"an answer without a list of objects in '{export.name}'")
        yield from _whole(desk, export, found, answer)
        if answer.get("end_of_stream") is True:
            return
        cursor = str(answer.get("after_cursor") or "")
        if answer.get("end_of_stream") is not False or not cursor or cursor in cursors:
            raise Doubt("a page is not the end and says no way on")
        cursors.add(cursor)
        asked = {"cursor": cursor, "per_page": str(MOST)}


def id_of(item: Item) -> str:
    return str(item.get("id"))


def _page(desk: Desk, export: Export, asked: Mapping[str, str]) -> Item:
    try:
        return desk.json(export.path, asked, scope=RIGHT)
    except VendorError as error:
        if "cursor" in asked and error.status in (400, 404, 422):
            raise Doubt(f"the next page is refused ({error.status})") from None
        raise


def _whole(desk: Desk, export: Export, found: list[Item], answer: Item) -> Iterator[Item]:
    """The rows with what was asked for beside them."""
    beside = export.include
    if beside is None:
        yield from found
        return
    given = answer.get(beside)
    if not isinstance(given, list):
        raise IncompleteLoad(
            f"zendesk {desk.account.account}, {export.name}: an export without the '{beside}' it was"
            " asked to include; nothing was kept, load again"
        )
    of_row: dict[str, list[Item]] = {}
    for one in given:
        of_row.setdefault(str(one.get("user_id")), []).append(one)
    for row in found:
        yield row | {beside: sorted(of_row.get(id_of(row), []), key=id_of)}


def _seconds(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp())
