"""What the steps of a load hand on, and where a load keeps its things."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ingestion.group import Account
from ingestion.request import Completeness


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
    needless_scopes: tuple[str, ...] = ()

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
    needless_scopes: tuple[str, ...] = ()

    @property
    def dead_letters(self) -> int:
        return self.rows.get("dead_letters", 0)


def pipeline_name(system: str, account: str) -> str:
    """One dlt pipeline per account: two accounts never share a cursor or a package."""
    return f"{system}_{account}".replace("-", "_")


def workdir_of(warehouse_path: str | Path) -> Path:
    """Where dlt works for a warehouse: ``<its folder>/dlt/<its name>``."""
    path = Path(warehouse_path)
    return path.parent / "dlt" / path.stem
