"""What a world is to those who serve it or check against it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import duckdb

from sandbox.world.steps import Step


@dataclass(frozen=True)
class ShopSpec:
    """One Shopify shop of the group; ``secret_kind`` says how its Admin API wants to be asked."""

    account: str
    legal_entity: str
    zone: str
    currency: str
    country: str | None
    owner: str
    taxes_included: bool
    secret_kind: Literal["token", "client_credentials"]


@dataclass(frozen=True)
class AccountSpec:
    """An account of the group at a vendor other than Shopify: what the group file says of it."""

    system: str
    account: str
    legal_entity: str
    zone: str
    currency: str
    owner: str


@dataclass
class World:
    """A generated or replayed group: vendor-shaped tables in ``con``, and the clock they froze at.

    ``con`` holds the schemas ``shopify`` and ``rates`` (see ``sandbox.world.tables``); ``history_from``
    is the first day for which rates are worth asking.
    """

    con: duckdb.DuckDBPyConnection
    clock: datetime
    shops: list[ShopSpec]
    history_from: date
    answers: Callable[["World", Path], None]
    group_currency: str = "EUR"
    accounts: list[AccountSpec] = field(default_factory=list)
    advanced_days: int = 0
    report: list[dict[str, object]] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def write_answers(self, folder: Path) -> None:
        """Write the answer key, one Parquet file per table, into ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        self.answers(self, folder)

    def mapping_report(self) -> list[dict[str, object]]:
        """A replayed file's rows and totals per (target, code); empty for a generated world."""
        return self.report
