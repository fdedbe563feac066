"""Rows of a world as the executor wants them: whole pages, and for all siblings at once.

Rows fetched together know each other (``Siblings``), so the first that is asked for its children or
for an object it refers to fetches them for all: one query per connection of a document, not per row.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb
import orjson
from graphql import GraphQLError

from sandbox.shopify.schema import EMBEDDED, TABLES
from sandbox.world.tables import COLUMNS

TAIL = "coalesce(try_cast(regexp_extract(\"id\", '[0-9]+$') as ubigint), 0)"
SORT_COLUMNS = {
    "ID": "''",
    "CREATED_AT": '"createdAt"',
    "UPDATED_AT": '"updatedAt"',
    "PROCESSED_AT": '"processedAt"',
    "TITLE": '"title"',
    "VENDOR": '"vendor"',
    "PRODUCT_TYPE": '"productType"',
    "SKU": '"sku"',
    "NAME": '"name"',
    "ISSUED_AT": '"issuedAt"',
    "STATUS": '"status"',
    "TRANSACTION_TYPE": '"type"',
    "PAYOUT_STATUS": '"associatedPayout"."status"',
}
# Where a table calls it otherwise.
OWN_SORT_COLUMNS = {("ShopifyPaymentsBalanceTransaction", "PROCESSED_AT"): '"transactionDate"'}


class Row(dict):
    """One object, by field name, and those it was fetched with."""

    __slots__ = ("cursor", "siblings")
    cursor: str
    siblings: "Siblings"


@dataclass
class Siblings:
    rows: list[Row] = field(default_factory=list)
    fetched: dict[Any, Any] = field(default_factory=dict)

    def add(self, text: str | bytes) -> Row:
        row = Row(orjson.loads(text))
        row.siblings = self
        self.rows.append(row)
        return row


@dataclass(frozen=True)
class Window:
    """Which part of a connection is asked for; ``size`` None is all of it."""

    size: int | None
    backward: bool = False
    after: str | None = None
    before: str | None = None
    reverse: bool = False
    sort: str | None = None  # None: as the vendor lists them


@dataclass
class Page:
    rows: list[Row]
    has_more: bool = False


@dataclass(frozen=True)
class Store:
    """One shop's share of the world's tables. ``condition`` limits orders to what an app may see."""

    con: duckdb.DuckDBPyConnection
    account: str
    orders_condition: str = "true"

    def condition(self, table: str) -> str:
        return self.orders_condition if table == "Order" else "true"

    def _node(self, table: str, names: Iterable[str]) -> str:
        """SQL of the row as JSON text, with no more columns than are asked for."""
        wanted = {"id", "__typename", *names}
        parts = ", ".join(f"'{name}': \"{name}\"" for name in COLUMNS[table] if name in wanted)
        return f"to_json({{{parts}}})::varchar"

    def page(
        self,
        table: str,
        names: Iterable[str],
        window: Window,
        where: str = "true",
        values: Sequence[object] = (),
    ) -> Page:
        """A page of a root connection."""
        return self._pages(table, names, window, where, list(values))[None]

    def children(
        self,
        table: str,
        names: Iterable[str],
        window: Window,
        parents: list[str],
        where: str = "true",
        values: Sequence[object] = (),
    ) -> dict[str | None, Page]:
        """A page of a nested connection, for every parent."""
        pages: dict[str | None, Page] = {parent: Page([]) for parent in parents}
        nested = f'{where} and "_parent" in (select unnest(?))'
        pages.update(self._pages(table, names, window, nested, [*values, parents]))
        return pages

    def _pages(
        self, table: str, names: Iterable[str], window: Window, where: str, values: list[object]
    ) -> dict[str | None, Page]:
        column = window.sort and OWN_SORT_COLUMNS.get(
            (table, window.sort), SORT_COLUMNS[window.sort]
        )
        sort = f"coalesce({column}, '')" if column else "''"
        tie = TAIL if window.sort else '"_seq"'
        conditions = ['"_shop" = ?', self.condition(table), where]
        values = [self.account, *values]
        for cursor, is_after in ((window.after, True), (window.before, False)):
            if cursor is not None:
                compare = ">" if is_after != window.reverse else "<"
                conditions.append(f"({sort}, {tie}) {compare} (?, ?::ubigint)")
                values += parse_cursor(cursor)
        order = "desc" if window.reverse != window.backward else "asc"
        limit = ""
        if window.size is not None:
            limit = (
                'qualify row_number() over (partition by "_parent"'
                f" order by {sort} {order}, {tie} {order}) <= {window.size + 1}"
            )
        fetched = self.con.execute(
            f"""select "_parent", {sort} as sort, {tie} as tie, {self._node(table, names)}
            from shopify."{table}" where {" and ".join(conditions)} {limit}
            order by sort {order}, tie {order}""",
            values,
        ).fetchall()
        siblings = Siblings()
        pages: dict[str | None, Page] = {} if "_parent" in where else {None: Page([])}
        for parent, sort_value, tie_value, text in fetched:
            page = pages.setdefault(parent, Page([]))
            if len(page.rows) == window.size:
                page.has_more = True
                continue
            row = siblings.add(text)
            row.cursor = make_cursor(sort_value, tie_value)
            page.rows.append(row)
        if window.backward:
            for page in pages.values():
                page.rows.reverse()
        return pages

    def look_up(self, kind: str, names: Iterable[str], ids: Iterable[str]) -> dict[str, Row]:
        """Objects of one type by id; what there is not, or the app may not see, is left out."""
        wanted = sorted(set(ids))
        if kind in EMBEDDED:
            table, column = EMBEDDED[kind]
            query = (
                f'select to_json(item)::varchar from (select unnest("{column}") as item'
                f' from shopify."{table}" where "_shop" = ? and {self.condition(table)})'
                " where item.id in (select unnest(?))"
            )
        elif kind in TABLES:
            table = TABLES[kind]
            query = (
                f'select {self._node(table, names)} from shopify."{table}"'
                f' where "_shop" = ? and {self.condition(table)} and "id" in (select unnest(?))'
            )
        else:
            return {}
        siblings = Siblings()
        rows = [
            siblings.add(t) for (t,) in self.con.execute(query, [self.account, wanted]).fetchall()
        ]
        return {row["id"]: row for row in rows}

    def count(self, table: str, where: str, values: Sequence[object]) -> int:
        found = self.con.execute(
            f'select count(*) from shopify."{table}"'
            f' where "_shop" = ? and {self.condition(table)} and {where}',
            [self.account, *values],
        ).fetchall()
        return found[0][0]


def list_page(
    con: duckdb.DuckDBPyConnection,
    items: list[dict[str, Any]],
    sort: str,
    window: Window,
    where: str,
    values: Sequence[object],
) -> Page:
    """A page of objects held in memory (each with ``id``, ``status``, ``type`` and times)."""
    shape = '{"id": "VARCHAR", "status": "VARCHAR", "type": "VARCHAR", "createdAt": "VARCHAR"}'
    found = con.execute(
        f"""select id from (select unnest(item) from
            (select unnest(from_json(?, '[{shape}]')) as item)) where {where}""",
        [json.dumps(items), *values],
    ).fetchall()
    siblings = Siblings()
    rows = [siblings.add(orjson.dumps(i)) for i in items if (i["id"],) in found]
    keys = {row["id"]: (row[sort] or "", int(row["id"].rpartition("/")[2])) for row in rows}
    rows.sort(key=lambda row: keys[row["id"]], reverse=window.reverse)
    for row in rows:
        row.cursor = make_cursor(*keys[row["id"]])
    cursors = [row.cursor for row in rows]
    start = cursors.index(window.after) + 1 if window.after in cursors else 0
    stop = cursors.index(window.before) if window.before in cursors else len(rows)
    rows = rows[start:stop]
    size = len(rows) if window.size is None else window.size
    kept = rows[max(0, len(rows) - size) :] if window.backward else rows[:size]
    return Page(kept, has_more=len(kept) < len(rows))


def make_cursor(sort: str, tie: int) -> str:
    text = json.dumps({"last_id": tie, "last_value": sort}, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def parse_cursor(cursor: str) -> tuple[str, int]:
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor))
        return str(parts["last_value"]), int(parts["last_id"])
    except (binascii.Error, ValueError, TypeError, KeyError) as error:
        raise GraphQLError(f"Invalid cursor for current pagination sort. ({cursor})") from error
