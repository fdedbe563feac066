"""Load: what a caller needs to bring an account's news into ``raw_<system>``.

Two steps, because only one of them may hold the warehouse:

1. ``extract_account`` asks the vendor, lands and normalises; it never opens the warehouse, so
   accounts may run side by side, one thread each.
2. ``load_prepared`` writes what is prepared; one at a time, under the writer pool.

``load_group_context`` writes the group's own tables (``raw_group``). Windows, schedules and assets
don't belong here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ingestion import systems
from ingestion.group import Account, Group

__all__ = [
    "Completeness",
    "LoadResult",
    "Prepared",
    "as_of",
    "extract_account",
    "load_group_context",
    "load_prepared",
    "systems",
    "workdir_of",
]


@dataclass(frozen=True)
class Completeness:
    """What the vendor promised of one stream and window, and what landed. None: it gives no count."""

    stream: str
    window_start: datetime | None
    window_end: datetime
    expected: int | None
    landed: int
    mode: str


@dataclass(frozen=True)
class Prepared:
    """An account's packages on disk, normalised and ready for ``load_prepared``.

    ``pending`` counts packages a killed or failed run left behind; they load first.
    """

    account: Account
    workdir: Path
    vendor_date: datetime | None
    rows: Mapping[str, int]
    requests: int
    completeness: tuple[Completeness, ...]
    seconds: float
    pending: int = 0

    @property
    def pipeline(self) -> str:
        return pipeline_name(self.account.system, self.account.account)


@dataclass(frozen=True)
class LoadResult:
    """What now stands in the warehouse: the load ids written and rows per raw table."""

    system: str
    account: str
    load_ids: tuple[str, ...]
    rows: Mapping[str, int] = field(default_factory=dict)
    requests: int = 0
    completeness: tuple[Completeness, ...] = ()
    vendor_date: datetime | None = None
    seconds: float = 0.0

    @property
    def dead_letters(self) -> int:
        return self.rows.get("dead_letters", 0)


def pipeline_name(system: str, account: str) -> str:
    """One dlt pipeline per account: two accounts never share a cursor or a package."""
    return f"{system}_{account}".replace("-", "_")


def workdir_of(warehouse_path: str | Path) -> Path:
    """dlt's working folder of a warehouse: ``<its folder>/dlt/<its name>``."""
    path = Path(warehouse_path)
    return path.parent / "dlt" / path.stem


def extract_account(
    account: Account, group: Group, workdir: str | Path, warehouse_path: str | Path
) -> Prepared:
    """Ask the vendor for what is new, land it typed, leave normalised packages in ``workdir``.

    Opens no warehouse; ``warehouse_path`` is looked at only to see whether the file exists: cursors
    of a warehouse that is gone are dropped with it, so a new one is filled from the start.
    Raises ``IncompleteLoad`` when the vendor gave less than it promised: then neither package nor
    cursor survives, and the next call asks again. Reads secrets from the environment per request.
    """
    raise NotImplementedError


def load_prepared(prepared: Prepared, warehouse_path: str | Path) -> LoadResult:
    """Write an account's packages into the warehouse: the only step that opens it, and it closes it."""
    raise NotImplementedError


def load_group_context(
    group: Group, as_of: datetime, workdir: str | Path, warehouse_path: str | Path
) -> LoadResult:
    """Replace ``raw_group.accounts`` and the one-row ``raw_group.run_context``. Opens the warehouse."""
    raise NotImplementedError


def as_of(loads: Iterable[Prepared | LoadResult]) -> datetime:
    """The moment this warehouse speaks of: the earliest vendor ``Date`` over the shops loaded."""
    raise NotImplementedError
