"""One request to a shop while it is answered: what it may see, what it has cost so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import duckdb

from sandbox.shopify.rows import Store, Window
from sandbox.shopify.search import Search


class Bulk(Protocol):
    """What the mutations and queries on bulk operations need of those who run them."""

    def run(self, ask: "Ask", document: str, *, grouped: bool) -> dict[str, Any]: ...
    def cancel(self, operation_id: str) -> dict[str, Any]: ...
    def get(self, operation_id: str) -> dict[str, Any] | None: ...
    def all(self) -> list[dict[str, Any]]: ...


@dataclass
class Ask:
    store: Store
    scopes: frozenset[str]
    zone: ZoneInfo
    now: datetime
    base_url: str
    # Of the world: what outlives the request takes a cursor here, for closing one closes those taken of it.
    world: duckdb.DuckDBPyConnection
    bulk: Bulk | None = None
    fault: str | None = None  # of pages: the first connection plays it
    node_costs: Mapping[int, int] = field(default_factory=dict)
    # A bulk operation has no pages: nested connections are whole, its root comes by this window.
    whole: Window | None = None
    end_cursor: str | None = None  # of the root connection, when it has more
    names: dict[tuple[str, int], frozenset[str]] = field(default_factory=dict)
    points: int = 0
    warnings: list[dict[str, Any]] = field(default_factory=list)

    def search(self, table: str, text: str | None) -> Search:
        return Search(text or "", table, self.zone, self.now)
