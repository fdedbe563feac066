"""Sweep: every id at the vendor against the ids current in raw. What is missing here lands, what is gone there
gets a tombstone, a version that says ``_deleted``.

Raw's ids are read before the vendor is asked, so what is created meanwhile is at most fetched twice; and
what a list doesn't show is asked for by id before it is believed to be gone. How a vendor's ids are had is
its source's business: ``sweep(request, known, report)``, for the tables its ``SWEPT`` names.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pyarrow as pa

from ingestion import pipelines, source_of
from ingestion.current_rows import current
from ingestion.errors import IncompleteLoad
from ingestion.group import Account
from ingestion.landing import Landing
from ingestion.landing_sql import DELETED, VERSION_AT
from ingestion.load_apart import LoadApart
from ingestion.noting import Noting
from ingestion.request import Completeness, Request, now
from ingestion.tables import Table

PURPOSE = "sweep"

# Table -> id -> what ``SWEPT`` asks to know of it besides.
Known = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Swept:
    """One stream: how many ids the vendor lists, how many of them raw lacked, how many of raw's are gone."""

    stream: str
    listed: int
    missing: int
    gone: int


def load_of(account: Account, workdir: Path, warehouse_path: Path) -> LoadApart:
    """The account's load for sweeps. Raises ``ValueError`` if there is nothing to compare by ids."""
    reason = getattr(source_of(account.system), "NO_SWEEP", None)
    if reason:
        raise ValueError(f"{account.system} {account.account} can't be swept: {reason}")
    return LoadApart(account, PURPOSE, workdir.resolve(), warehouse_path.resolve())


def known_of(account: Account, warehouse_path: Path) -> Known:
    """The ids current in raw. Opens the warehouse to read."""
    with duckdb.connect(str(warehouse_path), read_only=True) as con:
        return {
            table.name: dict(
                con.execute(
                    f"select id, {wanted} from ({current(account.system, table)})",
                    {"account": account.account},
                ).fetchall()
            )
            for table, wanted in _swept(account.system)
        }


def _swept(system: str) -> Iterator[tuple[Table, str]]:
    """The raw tables a system's sweep compares, and what it wants to know beside their ids."""
    home = source_of(system)
    tables = {table.name: table for table in home.TABLES}
    yield from ((tables[name], wanted) for name, wanted in home.SWEPT.items())


def extract(load: LoadApart, known: Known) -> tuple[Swept, ...]:
    """Ask the vendor, leave what differs ready to be written; opens no warehouse."""
    report: list[Swept] = []

    def ask(request: Request) -> pipelines.Rows:
        return source_of(load.account.system).sweep(request, known, report)

    load.extract(ask)
    return tuple(report)


@dataclass
class Sift(Noting):
    """While a list is read only what raw lacks goes through, and every id is noted.

    It passes as now, so that it counts although a tombstone of it may be newer than its updated time.
    """

    known: Mapping[str, Any]
    version_at: datetime

    def add(self, line: bytes) -> None:
        item = orjson.loads(line)
        id_ = str(item.get("id"))
        if id_ not in self.known:
            self.landing.add(orjson.dumps({**item, VERSION_AT: _seconds(self.version_at)}))
        self.ids.add(id_)


def settle(
    request: Request,
    table: Table,
    sift: Sift,
    gone: Iterable[str],
    report: list[Swept],
) -> Iterator[tuple[str, pa.Table]]:
    """Land what was missing and the tombstones; says so in ``report`` and in the completeness log."""
    yield from sift.landing.tables()
    missing = sift.ids - sift.known.keys()
    landed = len(sift.ids) - len(missing) + sift.landing.landed
    if landed < len(sift.ids):
        raise IncompleteLoad(
            f"{sift.where}: {landed} are here of {len(sift.ids)} listed; nothing was kept, sweep again"
        )
    buried = sorted(gone)
    yield from tombstones(request, table, buried, sift.version_at)
    note(request, table, Swept(table.name, len(sift.ids), len(missing), len(buried)), report)


def tombstones(
    request: Request, table: Table, ids: Iterable[str], version_at: datetime
) -> Iterator[tuple[str, pa.Table]]:
    """A version of each that says it is gone, as of the vendor's clock."""
    folder = request.folder / f"{table.name}.gone"
    landing = Landing(request.account, table.name, (table,), now(), folder, version_at)
    of_type = {"__typename": table.nodes[0]} if table.nodes else {}
    for id_ in ids:
        stone = {**of_type, "id": id_, DELETED: True, VERSION_AT: _seconds(version_at)}
        landing.add(orjson.dumps(stone))
    yield from landing.tables()


def note(request: Request, table: Table, swept: Swept, report: list[Swept]) -> None:
    report.append(swept)
    request.completeness.append(
        Completeness(table.name, None, now(), swept.listed, swept.listed, "ids")
    )


def _seconds(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp())
