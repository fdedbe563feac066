"""Reads a world's vendor-shaped tables: rows as the objects GraphQL resolves, connections in batches."""

import base64
import json
import threading
from dataclasses import dataclass, field
from typing import Any

import duckdb

from sandbox.shopify.search import where

Row = dict[str, Any]

# GraphQL field of a connection -> the table its nodes stand in. Roots and children alike.
TABLES = {
    "orders": "Order",
    "customers": "Customer",
    "products": "Product",
    "productVariants": "ProductVariant",
    "lineItems": "LineItem",
    "shippingLines": "ShippingLine",
    "agreements": "SalesAgreement",
    "sales": "Sale",
    "returns": "Return",
    "returnLineItems": "ReturnLineItem",
    "variants": "ProductVariant",
}
SORTS = {
    "UPDATED_AT": "updatedAt",
    "CREATED_AT": "createdAt",
    "PROCESSED_AT": "processedAt",
    "ORDER_NUMBER": "_seq",
    "TITLE": "title",
    "NAME": "name",
    "SKU": "sku",
}


def owner(table: str, name: str) -> str:
    """The SQL of the id that a child row of connection ``name`` belongs to."""
    return 'product."id"' if name == "variants" else '"_parent"'


@dataclass
class Batch:
    """The rows of one page: what one of them is asked for, all of them will be."""

    ids: list[str]
    children: dict[str, dict[str, list[Row]]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Store:
    """One shop's tables. Every call uses a cursor of its own, so servers may call from any thread."""

    def __init__(self, con: duckdb.DuckDBPyConnection, shop: str):
        self.con, self.shop = con, shop
        self.columns = {
            table: {row[0] for row in con.execute(f'describe shopify."{table}"').fetchall()}
            for table in {*TABLES.values(), "Shop"}
        }

    def rows(self, sql: str, values: list[object]) -> list[Row]:
        cursor = self.con.cursor()
        found = cursor.execute(sql, values)
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        batch = Batch([row["id"] for row in rows if row.get("id")])
        for row in rows:
            row["_batch"] = batch
        return rows

    def one(self, gid: str) -> Row | None:
        """Any object with a table of its own, by its gid."""
        for table in sorted(self.columns):
            kind = gid.split("/")[-2]
            if kind != table and "__typename" not in self.columns[table]:
                continue
            sql = f'select * from shopify."{table}" where _shop = ? and id = ?'
            if found := self.rows(sql, [self.shop, gid]):
                return {"__typename": kind, **found[0]}
        return None

    def shop_row(self) -> Row:
        return self.rows('select * from shopify."Shop" where _shop = ?', [self.shop])[0]

    def count(self, table: str, query: str | None) -> int:
        condition, values = where(query, self.columns[table])
        sql = f'select count(*) from shopify."{table}" where _shop = ? and {condition}'
        row = self.con.cursor().execute(sql, [self.shop, *values]).fetchone()
        return int(row[0]) if row else 0

    def page(self, table: str, args: Row) -> Row:
        """A page of roots, by Relay's arguments: keyed on (sort value, place), so it never shifts."""
        condition, values = where(args.get("query"), self.columns[table])
        sort = SORTS.get(args.get("sortKey") or "", "_seq")
        sort = f"coalesce(\"{sort}\", '')" if sort not in {"_seq"} else "_seq"
        backwards = args.get("last") is not None and args.get("first") is None
        descending = bool(args.get("reverse")) != backwards
        size = int(args["last"] if backwards else args["first"])
        edge = args.get("before" if backwards else "after")
        if edge:
            condition += f" and ({sort}, _seq) {'<' if descending else '>'} (?, ?)"
            values += _decode(edge)
        way = "desc" if descending else "asc"
        rows = self.rows(
            f'select *, {sort} as _sort from shopify."{table}" where _shop = ? and {condition}'
            f" order by {sort} {way}, _seq {way} limit {size + 1}",
            [self.shop, *values],
        )
        more, rows = len(rows) > size, rows[:size]
        if backwards:
            rows.reverse()
        return connection(
            rows,
            has_next=bool(edge) if backwards else more,
            has_previous=more if backwards else bool(edge),
        )

    def children(self, row: Row, name: str, args: Row) -> Row:
        """A nested connection of one row; its siblings' are fetched with it, in one query."""
        table, batch = TABLES[name], row["_batch"]
        with batch.lock:
            if name not in batch.children:
                batch.children[name] = self._of_all(table, name, batch.ids)
        rows = batch.children[name].get(row["id"], [])
        if args.get("reverse"):
            rows = rows[::-1]
        start = (
            next(
                (
                    i + 1
                    for i, r in enumerate(rows)
                    if [r["_seq"], r["_seq"]] == _decode(args["after"])
                ),
                0,
            )
            if args.get("after")
            else 0
        )
        size = args["first"] if args.get("first") is not None else args.get("last")
        return connection(
            rows[start : start + size], has_next=start + size < len(rows), has_previous=start > 0
        )

    def _of_all(self, table: str, name: str, parents: list[str]) -> dict[str, list[Row]]:
        key = owner(table, name)
        rows = self.rows(
            f'select *, _seq as _sort, {key} as _owner from shopify."{table}"'
            f" where _shop = ? and {key} in (select unnest(?::varchar[])) order by _seq",
            [self.shop, parents],
        )
        found: dict[str, list[Row]] = {}
        for row in rows:
            found.setdefault(row["_owner"], []).append(row)
        return found


def connection(rows: list[Row], *, has_next: bool, has_previous: bool) -> Row:
    edges = [{"cursor": _encode(row), "node": row} for row in rows]
    return {
        "edges": edges,
        "nodes": rows,
        "pageInfo": {
            "hasNextPage": has_next,
            "hasPreviousPage": has_previous,
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
        },
    }


def _encode(row: Row) -> str:
    return base64.urlsafe_b64encode(json.dumps([row["_sort"], row["_seq"]]).encode()).decode()


def _decode(cursor: str) -> list[object]:
    return json.loads(base64.urlsafe_b64decode(cursor))
