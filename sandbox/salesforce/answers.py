"""Queries and their pages, deletions and descriptions; HTTP itself stands in ``server``, bulk in ``jobs``."""

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

import orjson

from sandbox.salesforce import soql
from sandbox.salesforce.endpoints import LETTERS, ROOT
from sandbox.salesforce.errors import OBJECTS, SalesforceError, invalid_type, not_found
from sandbox.salesforce.fields import ENTITIES, FIELDS, described, time_text
from sandbox.salesforce.limits import DELETED_DAYS, Kept
from sandbox.world.model import AccountSpec, World
from sandbox.world.salesforce_ids import checked


@dataclass(frozen=True)
class Cursor:
    """A query that was answered in part: the ids that it found, in their order."""

    entity: str
    columns: list[str]
    ids: list[str]


class Answers:
    """What an organisation tells in one world; ``objects`` are those that the asking user may read."""

    def __init__(
        self, world: World, account: AccountSpec, kept: Kept, objects: frozenset[str],
        hidden: frozenset[str],
    ) -> None:  # fmt: skip
        self._con = world.con.cursor()
        self.account = account.account
        self._clock = world.clock.astimezone(UTC)
        self._kept = kept
        self._objects = objects
        self._hidden = hidden

    def parse(self, text: str) -> soql.Query:
        query = soql.parse(text, self._hidden)
        if query.entity not in self._objects:
            raise invalid_type(query.entity)
        return query

    def ids(self, query: soql.Query, *, with_deleted: bool) -> list[str]:
        living = "true" if with_deleted else 'not "IsDeleted"'
        limit = "" if query.limit is None else f"limit {query.limit}"
        found = (
            self._con.cursor()
            .execute(
                f"""select "Id" from salesforce.{query.table}
                where _account = ? and {living} and {query.condition}
                order by {query.order} {limit} offset {query.offset}""",
                [self.account, *query.values],
            )
            .fetchall()
        )
        return [given for (given,) in found]

    def query(self, text: str, *, with_deleted: bool, size: int, fault: str | None) -> Any:
        query = self.parse(text)
        ids = self.ids(query, with_deleted=with_deleted)
        if query.counts:
            return {"totalSize": len(ids), "done": True, "records": []}
        number = self._kept.next_number()
        locator = checked(f"01g{LETTERS[query.entity]}E{number:010d}")
        self._kept.open(locator, Cursor(query.entity, query.columns, ids))
        return self._page(locator, 0, size, fault)

    def more(self, given: str, size: int, fault: str | None) -> Any:
        locator, _, first = given.partition("-")
        if locator not in self._kept.locators or not first.isdigit():
            raise SalesforceError(400, "INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._page(locator, int(first), size, fault)

    def _page(self, locator: str, first: int, size: int, fault: str | None) -> Any:
        cursor: Cursor = self._kept.locators[locator]
        if fault == "missing_page":
            first += size
        ids = cursor.ids[first : first + size]
        if fault == "duplicate_page":
            ids = cursor.ids[max(0, first - size) : first] if first else [*ids, *ids]
        if fault == "reordered_page":
            ids = ids[::-1]
        answer: dict[str, Any] = {"totalSize": len(cursor.ids), "done": True}
        if first + size < len(cursor.ids):
            answer["done"] = False
            answer["nextRecordsUrl"] = f"{ROOT}/query/{locator}-{first + size}"
        answer["records"] = [
            {
                "attributes": {
                    "type": cursor.entity,
                    "url": f"{ROOT}/sobjects/{cursor.entity}/{row['Id']}",
                },
                **{name: row[name] for name in cursor.columns},
            }
            for row in self.rows(cursor.entity, cursor.columns, ids)
        ]
        return answer

    def rows(self, entity: str, columns: list[str], ids: list[str]) -> list[dict[str, Any]]:
        """Whole rows in the order of the ids; one that is gone meanwhile is left out."""
        named = ", ".join(f'"{name}" := "{name}"' for name in dict.fromkeys(["Id", *columns]))
        found = (
            self._con.cursor()
            .execute(
                f"""select "Id", to_json(struct_pack({named})) from salesforce.{OBJECTS[entity]}
                where _account = ? and "Id" in (select unnest(cast(? as varchar[])))""",
                [self.account, ids],
            )
            .fetchall()
        )
        by_id = {given: orjson.loads(text) for given, text in found}
        return [by_id[given] for given in ids if given in by_id]

    def deleted(self, name: str, start: str | None, end: str | None, fault: str | None) -> Any:
        """Who was deleted between two moments, cut to minutes; what was undeleted isn't there."""
        entity = self._entity(name)
        if not start or not end:
            message = f"Missing required parameter: {'start' if not start else 'end'}"
            raise SalesforceError(400, "MISSING_ARGUMENT", message)
        first, last = (f"{time_text(text)[:16]}:00.000+0000" for text in (start, end))
        oldest = time_text((self._clock - timedelta(days=DELETED_DAYS)).isoformat())
        if first < oldest:
            message = f"startDate before org replication enabled date or more than {DELETED_DAYS} days ago"
            raise SalesforceError(400, "INVALID_REPLICATION_DATE", message)
        if last <= first:
            message = "endDate must be at least one minute greater than startDate"
            raise SalesforceError(400, "INVALID_REPLICATION_DATE", message)
        found = (
            self._con.cursor()
            .execute(
                f"""select "Id", _deleted_at from salesforce.{OBJECTS[entity]}
                where _account = ? and "IsDeleted" and _deleted_at >= ? and _deleted_at < ? order by 2, 1""",
                [self.account, first, last],
            )
            .fetchall()
        )
        covered = min(last, time_text(self._clock.isoformat()))
        listed = [{"id": given, "deletedDate": at} for given, at in found]
        return {
            "deletedRecords": listed[::-1] if fault == "reordered_page" else listed,
            "earliestDateAvailable": oldest,
            "latestDateCovered": covered,
        }

    def describe(self, name: str) -> Any:
        entity = self._entity(name)
        visible = {
            key: field
            for key, field in FIELDS[entity].items()
            if f"{entity}.{field}" not in self._hidden
        }
        return described(entity, visible)

    def _entity(self, name: str) -> str:
        entity = ENTITIES.get(name.lower())
        if entity is None or entity not in self._objects:
            raise not_found()
        return entity

    @property
    def now(self) -> str:
        return time_text(self._clock.isoformat())
