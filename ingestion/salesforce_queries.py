"""Salesforce's records of one object by SOQL: which to ask for, how many there are, by pages or in bulk.

Everything goes by ``queryAll``, which shows deleted and merged records as long as the recycle bin keeps them.
How many there are (``COUNT()``) decides how they are read, and proves after it that all came: a record
that changes meanwhile leaves the window and makes it smaller, nothing makes it bigger.

Source: developer.salesforce.com: REST API, Query and QueryAll; SOQL and SOSL reference.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from ingestion.errors import IncompleteLoad, VendorError
from ingestion.rest_listing import Doubt, Item, Listing, Walk
from ingestion.rest_pages import Taker, read
from ingestion.salesforce_api import DATA, Org, records_of
from ingestion.salesforce_bulk import ResultSets
from ingestion.tables import Table

QUERY_ALL = f"{DATA}/queryAll"
BULK_FROM = 10_000  # rows; a page holds 2,000 at most, a job costs about as many calls as five
ID = "Id"  # Salesforce's name of the key; ours is ``id``


@dataclass(frozen=True)
class Records:
    """One object: ``sobject`` is Salesforce's name of it."""

    sobject: str
    table: Table

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def fields(self) -> list[str]:
        return [ID, *(path for path in self.table.columns if path != "id")]

    @property
    def right(self) -> str:
        """What the user must be allowed, as the org's administrator knows it."""
        return f"{self.sobject}, every record (View All) and field"


@dataclass(frozen=True)
class Window:
    """Which records: those whose time ``by`` is from ``since`` (None: the first) and before ``until``."""

    until: datetime
    since: datetime | None = None
    by: str = "SystemModstamp"

    def soql(self, what: str, sobject: str) -> str:
        bounds = [f"{self.by} < {_moment(self.until)}"]
        if self.since:
            bounds.insert(0, f"{self.by} >= {_moment(self.since)}")
        return f"SELECT {what} FROM {sobject} WHERE {' AND '.join(bounds)}"


def check_rights(org: Org, records: Records) -> None:
    """Fail now if the user may not read the object or one of the fields: Salesforce names it."""
    soql = f"SELECT {', '.join(records.fields)} FROM {records.sobject} LIMIT 1"
    org.json(QUERY_ALL, {"q": soql}, scope=records.right)


def count(org: Org, records: Records, window: Window) -> int:
    """How many records are in the window, deleted ones too."""
    soql = window.soql("COUNT()", records.sobject)
    total = org.json(QUERY_ALL, {"q": soql}, scope=records.right).get("totalSize")
    if not isinstance(total, int):
        raise IncompleteLoad(
            f"salesforce {org.account.account}, {records.name}: a COUNT() without 'totalSize', so nothing"
            " proves that all came; nothing was kept, load again"
        )
    return total


def read_window(org: Org, records: Records, window: Window, landing: Taker) -> Walk:
    """Every record of the window into the landing; ``promised`` is how many there had to be."""
    counted = count(org, records, window)
    soql = window.soql(", ".join(records.fields), records.sobject)

    def checked(walk: Walk) -> None:
        walk.promised = counted if walk.count >= counted else count(org, records, window)

    pager = (
        ResultSets(org, soql, records.right, checked)
        if counted >= BULK_FROM
        else NextPage(org, checked)
    )
    listing = Listing(
        records.name,
        QUERY_ALL,
        items="records",
        pager=pager,
        params={"q": soql},
        key=lambda item: str(item.get(ID)),
        scope=records.right,
    )
    return read(org, listing, landing, lambda item: line(records.table, item))


@dataclass(frozen=True)
class NextPage:
    """Each answer says how many there are and where the next page is; the total stays, and all must come."""

    org: Org
    checked: Callable[[Walk], None]
    param: str = field(default="", init=False)

    def walk(self, ask: Callable[[Mapping[str, str]], Item], walk: Walk, listing: Listing) -> None:
        answer, asked = ask({}), set()
        total = answer.get("totalSize")
        while True:
            found = records_of(answer)
            if found is None or not isinstance(total, int) or answer.get("totalSize") != total:
                raise Doubt("an answer without records or without the total of the first one")
            for item in found:
                walk.take(item)
            if answer.get("done") is not False:
                break
            following = str(answer.get("nextRecordsUrl"))
            if following in asked or not following.startswith(f"{DATA}/query"):
                raise Doubt("a page promises more and doesn't say where")
            asked.add(following)
            answer = self._next(following, listing)
        if walk.count != total:
            raise Doubt(f"{walk.count} came of {total} promised")
        self.checked(walk)

    def _next(self, path: str, listing: Listing) -> Item:
        try:
            return self.org.json(path, scope=listing.scope)
        except VendorError as error:
            # A query locator lives two days, or is pushed out by others.
            if error.status in (400, 404):
                raise Doubt(f"the next page is refused ({error.status})") from None
            raise


def line(table: Table, item: Item) -> bytes:
    """A record as landing takes it: its id under our name, times as REST writes them in bulk answers too."""
    kept: dict[str, Any] = {"id": item.get(ID)}
    for name, value in item.items():
        if name in (ID, "attributes"):
            continue
        type_ = table.columns.get(name)
        if type_ and type_.name == "timestamp" and isinstance(value, str) and value.endswith("Z"):
            value = f"{value[:-1]}+0000"
        kept[name] = value
    return orjson.dumps(kept)


def _moment(moment: datetime) -> str:
    return f"{moment.isoformat(timespec='milliseconds')}Z"
