"""Shopify by pages: roots in order of change, every connection under them drained to its end."""

from collections.abc import Sequence
from typing import Any

import orjson

from ingestion.errors import IncompleteLoad, VendorError
from ingestion.landing import Landing
from ingestion.shopify_api import Shop, TooCostly
from ingestion.shopify_documents import addressed, listed, listed_roots, more, pages, roots_in
from ingestion.shopify_poison import Poison
from ingestion.shopify_promises import Promise
from ingestion.shopify_proofs import check_listed, next_cursor
from ingestion.shopify_questions import INSTALLATION
from ingestion.shopify_selections import nested
from ingestion.shopify_streams import Stream
from ingestion.tables import Table

MOST = 250  # Shopify's largest page
ENOUGH = 900  # of the 1,000 points one query may cost: sizes grow up to here
FIRST_ROOTS, FIRST_NESTED, FIRST_MORE = 5, 5, 50


class Pages:
    """One stream of one shop, asked for page by page and handed to a landing as flat lines."""

    def __init__(self, shop: Shop, stream: Stream, landing: Landing) -> None:
        self.shop, self.stream, self.landing = shop, stream, landing
        self.root, self.nested = stream.root_table, FIRST_NESTED
        self.poison = Poison(
            *(landing, self.root, lambda node: self._take(node, self.root)),
            *(self._again, lambda: shop.query(INSTALLATION)),
        )

    def read(self, search: str, promise: Promise) -> int:
        """Read everything ``search`` finds; gives back how many roots came.

        What Shopify doesn't count must hold the ids promised; if it doesn't, all are listed once more.
        """
        size, after, taken = self._first_size(promise), None, set()
        asking = pages(self.stream)
        while True:
            given = self._given(search, size, after)
            if nested(self.stream):
                given["nested"] = self.nested
            try:
                found = self._roots(self.shop.query(asking, given))
            except TooCostly:
                size = self._smaller(size)
                continue
            for edge in found["edges"]:
                taken.add(edge["node"]["id"])
                self.poison.take(edge["node"])
            if not found["pageInfo"]["hasNextPage"]:
                break
            after = next_cursor(found, after, f"{self._where}: {self.stream.root}")
            size = max(1, min(MOST, int(size * ENOUGH / max(self.shop.cost, 1))))
        if promise.count is None and not (promise.ids is not None and promise.ids <= taken):
            self._prove_roots(search, taken)
        self.poison.check(len(taken))
        return len(taken)

    def read_ids(self, ids: Sequence[str]) -> set[str]:
        """Read roots by their ids; gives back the ids that Shopify knows."""
        size, taken, left = FIRST_ROOTS, set(), list(ids)
        asking = addressed(self.stream)
        while left:
            given: dict[str, Any] = {"ids": left[:size]}
            if nested(self.stream):
                given["nested"] = self.nested
            try:
                found = self.shop.query(asking, given)["nodes"]
            except TooCostly:
                size = self._smaller(size)
                continue
            if len(found) != len(given["ids"]):
                raise IncompleteLoad(
                    f"{self._where}: {len(found)} answers to {len(given['ids'])} ids; nothing was"
                    " kept, load again"
                )
            for node in found:
                if node:
                    taken.add(node["id"])
                    self.poison.take(node)
            left = left[size:]
            size = max(1, min(MOST, int(size * ENOUGH / max(self.shop.cost, 1))))
        self.poison.check(len(taken))
        return taken

    def _again(self, id_: str) -> dict[str, Any]:
        """One root as it is now."""
        while True:
            below = {"nested": self.nested} if nested(self.stream) else {}
            try:
                node = self.shop.query(addressed(self.stream), {"ids": [id_], **below})["nodes"][0]
            except TooCostly:
                self._smaller(1)
                continue
            if node is None:
                raise IncompleteLoad(f"{self._where}: {id_} went away while it was read")
            return node

    def _prove_roots(self, search: str, taken: set[str]) -> None:
        ids = listed_roots(self.stream)

        def read(after: str | None) -> dict[str, Any]:
            return self._roots(self.shop.query(ids, self._given(search, MOST, after)))

        check_listed(read, taken, f"{self._where}: {self.stream.root}")

    def _first_size(self, promise: Promise) -> int:
        """As many as are likely to cost what one query may; from the first answer on we know."""
        return max(1, min(MOST, promise.size, ENOUGH // self._points(self.root)))

    def _points(self, table: Table) -> int:
        """About what one object costs: itself, one it names, and a page of each list under it."""
        below = nested(self.stream, table)
        return 2 + sum(2 + self.nested * self._points(child) for child in below)

    def _given(self, search: str, size: int, after: str | None) -> dict[str, Any]:
        given = {"first": size, "after": after}
        return {**given, "query": search or None} if self.stream.filter else given

    def _roots(self, answer: dict[str, Any]) -> dict[str, Any]:
        found = roots_in(self.stream, answer)
        if found is None:
            raise IncompleteLoad(
                f"{self._where}: the shop's {self.stream.under} went away while it was read; the next"
                " run reads it anew"
            )
        return found

    def _smaller(self, size: int) -> int:
        """Ask for fewer roots; when it is one already, for fewer of what hangs on it."""
        if size > 1:
            return size // 2
        if self.nested == 1:
            raise VendorError(
                f"{self._where}: one root costs more than one query may; ask for fewer fields"
            )
        self.nested //= 2
        return size

    def _take(
        self,
        node: dict[str, Any],
        table: Table,
        parent: str | None = None,
        place: dict[str, Any] | None = None,
    ) -> None:
        """Hand one object to the landing, without its connections, then each of those."""
        connections = [
            (child, node.pop(child.connection or "")) for child in nested(self.stream, table)
        ]
        if parent is not None:
            node["__parentId"] = parent
        self.landing.add(orjson.dumps(node) + b"\n")
        for child, found in connections:
            given = {"id": node["id"]} if table.addressable else place or {}
            self._drain(child, node["id"], found, given)

    def _drain(
        self, table: Table, parent: str, found: dict[str, Any], address: dict[str, Any]
    ) -> None:
        """Take a connection's edges and ask for the rest until it says it has no more."""
        size, after, taken = FIRST_MORE, None, set()
        while True:
            before = after
            for edge in found["edges"]:
                taken.add(edge["node"]["id"])
                # Where this one stands, for what has no address: after the edge before it.
                self._take(edge["node"], table, parent, {"id": parent, "before": before})
                before = edge["cursor"]
            if not found["pageInfo"]["hasNextPage"]:
                break
            after = next_cursor(found, after, f"{self._where}: {table.connection} of {parent}")
            found, size = self._more(table, parent, {**address, "after": after}, size)
        if after is not None:
            self._prove(table, parent, address, taken)

    def _prove(self, table: Table, parent: str, address: dict[str, Any], taken: set[str]) -> None:
        """Shopify counts no nested list, so one that was read in parts is listed once more."""

        def read(after: str | None) -> dict[str, Any]:
            given = {**address, "first": MOST, "after": after}
            return self._connection(table, parent, listed(table), given)

        check_listed(read, taken, f"{self._where}: {table.connection} of {parent}")

    def _more(
        self, table: Table, parent: str, given: dict[str, Any], size: int
    ) -> tuple[dict[str, Any], int]:
        while True:
            variables = {**given, "first": size}
            if nested(self.stream, table):
                variables["nested"] = self.nested
            try:
                return self._connection(table, parent, more(self.stream, table), variables), size
            except TooCostly:
                size = self._smaller(size)

    def _connection(
        self, table: Table, parent: str, document: str, variables: dict[str, Any]
    ) -> dict[str, Any]:
        """A part of one parent's connection."""
        node = self.shop.query(document, variables)["node"]
        if node and table.parent and not table.parent.addressable:
            edges = node[table.parent.connection]["edges"]
            node = edges[0]["node"] if edges else None
        if node is None or node["id"] != parent:
            raise IncompleteLoad(
                f"{self._where}: {parent} went away while its {table.connection} were read; the next"
                " run reads it anew"
            )
        return node[table.connection]

    @property
    def _where(self) -> str:
        return f"shopify {self.shop.account.account}, {self.stream.name}"
