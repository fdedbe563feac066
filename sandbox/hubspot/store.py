"""One CRM account's objects: pages by id, single objects, and what of them is shown.

Only the properties asked for come back, beside those that always do. Lists go by id, and an id says
nothing of when its object was made.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import orjson

from sandbox.world.crm_render import COMPANY_PROPERTIES, CONTACT_PROPERTIES

ALWAYS = {
    "contacts": ("createdate", "hs_object_id", "lastmodifieddate"),
    "companies": ("createdate", "hs_lastmodifieddate", "hs_object_id"),
}
DEFAULTS = {
    "contacts": (*ALWAYS["contacts"], "email", "firstname", "lastname"),
    "companies": (*ALWAYS["companies"], "domain", "name"),
}
PROPERTIES = {"contacts": CONTACT_PROPERTIES, "companies": COMPANY_PROPERTIES}
SINGULAR = {"contacts": "contact", "companies": "company"}


@dataclass(frozen=True)
class Ids:
    """The ids of a list in its order, and where their rows stand."""

    ids: list[int]
    places: list[int]


class Store:
    """Reads for ``kind`` contacts or companies; the index is read once, since a world stands still."""

    def __init__(self, con: duckdb.DuckDBPyConnection, kind: str, account: str) -> None:
        self._con = con
        self.kind = kind
        self.account = account
        self.lists = {archived: self._index(archived) for archived in (False, True)}

    def _index(self, archived: bool) -> Ids:
        found = self._con.execute(
            f"""select cast(id as bigint), _seq from hubspot.{self.kind}
            where _account = ? and archived = ? order by 1""",
            [self.account, archived],
        ).fetchall()
        return Ids([i for i, _ in found], [place for _, place in found])

    def page(self, *, archived: bool, after: int, skipped: int, size: int) -> list[int]:
        """The places of the rows behind an id, ``skipped`` of them left out (negative: reaching back)."""
        listed = self.lists[archived]
        first = bisect_right(listed.ids, after) + skipped
        return listed.places[max(0, first) : max(0, first + size)]

    def rows(self, places: Sequence[int]) -> list[dict[str, Any]]:
        """Whole objects, in the order asked for."""
        if not places:
            return []
        found = (
            self._con.cursor()
            .execute(
                f"""select _seq, to_json(struct_pack(id := id, properties := properties,
                    "createdAt" := "createdAt", "updatedAt" := "updatedAt", archived := archived,
                    "archivedAt" := "archivedAt")) from hubspot.{self.kind}
                where _account = ? and _seq between ? and ? and list_contains(?, _seq)""",
                [self.account, min(places), max(places), list(places)],
            )
            .fetchall()
        )
        by_place = {place: orjson.loads(text) for place, text in found}
        return [by_place[place] for place in places]

    def one(self, given: str, *, archived: bool, by: str | None) -> dict[str, Any] | None:
        """The object of an id, or of a merged-away id the one it became, or that of an e-mail."""
        if by == "email":
            column, value = "properties.email", given.lower()
        else:
            column, value = "id", self._survivor(given)
        found = (
            self._con.cursor()
            .execute(
                f"""select _seq from hubspot.{self.kind}
                where _account = ? and {column} = ? and archived = ?""",
                [self.account, value, archived],
            )
            .fetchall()
        )
        return self.rows([found[0][0]])[0] if found else None

    def _survivor(self, given: str) -> str:
        found = (
            self._con.cursor()
            .execute(
                "select merged_into from hubspot.merges where _account = ? and object = ? and id = ?",
                [self.account, SINGULAR[self.kind], given],
            )
            .fetchall()
        )
        return found[0][0] if found else given

    def shown(self, row: dict[str, Any], wanted: Iterable[str]) -> dict[str, Any]:
        """The object with the properties asked for; ``archivedAt`` only where it says something."""
        asked = [name for name in wanted if name in PROPERTIES[self.kind]]
        names = sorted({*ALWAYS[self.kind], *asked} if asked else DEFAULTS[self.kind])
        properties = {name: row["properties"][name] for name in names}
        kept = {k: v for k, v in row.items() if k != "archivedAt" or v is not None}
        return {**kept, "properties": properties}

    def companies_of(self, contacts: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        """The associations of contacts as v4 lists them, by contact; who has none isn't in it."""
        found = (
            self._con.cursor()
            .execute(
                """select "from".id, to_json("to") from hubspot.associations
                where _account = ? and list_contains(?, "from".id)""",
                [self.account, list(contacts)],
            )
            .fetchall()
        )
        return {contact: orjson.loads(text) for contact, text in found}
