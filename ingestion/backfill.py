"""Backfill: one account's range of days read again, whatever its cursors say, chunk by chunk.

A range is by when objects were created, in UTC. Each chunk is landed and kept before the next is asked
for; a plan beside dlt's folders says which are, so a backfill that was killed goes on with the first that
isn't, and what raw held before it began, so its difference can be told at the end.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from ingestion import pipelines, source_of
from ingestion.group import Account
from ingestion.holdings import Holding, Holdings
from ingestion.load_apart import Asked, LoadApart
from ingestion.request import Request

PURPOSE = "backfill"


@dataclass(frozen=True)
class Chunk:
    """Days to read at once, both ends among them."""

    first: date
    last: date

    @property
    def window(self) -> tuple[datetime, datetime]:
        return (
            datetime.combine(self.first, time()),
            datetime.combine(self.last + timedelta(days=1), time()),
        )

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"


@dataclass
class Plan:
    """A backfill's range, cut into chunks, and how far it has come; ``file`` outlives the process."""

    file: Path
    first: date
    last: date
    days: int
    done: int = 0  # chunks that are in the warehouse
    before: Holdings = field(default_factory=dict)

    @property
    def chunks(self) -> list[Chunk]:
        cut, begin = [], self.first
        while begin <= self.last:
            end = min(begin + timedelta(days=self.days - 1), self.last)
            cut.append(Chunk(begin, end))
            begin = end + timedelta(days=1)
        return cut

    @property
    def is_begun(self) -> bool:
        return self.file.exists()

    def keep(self) -> None:
        """Write the plan, whole or not at all."""
        held = [
            [table, currency, one.objects, None if one.amount is None else str(one.amount)]
            for (table, currency), one in self.before.items()
        ]
        said = {**self._range, "done": self.done, "before": held}
        fresh = self.file.with_suffix(".new")
        fresh.write_text(json.dumps(said))
        fresh.replace(self.file)

    def resume(self) -> bool:
        """Take up what an earlier process left of this very range; False if there is nothing of it."""
        if not self.is_begun:
            return False
        said = json.loads(self.file.read_text())
        if {name: said[name] for name in self._range} != self._range:
            return False
        self.done = said["done"]
        self.before = {
            (table, currency): Holding(objects, None if amount is None else Decimal(amount))
            for table, currency, objects, amount in said["before"]
        }
        return True

    def forget(self) -> None:
        self.file.unlink(missing_ok=True)

    @property
    def _range(self) -> dict[str, str | int]:
        return {"first": str(self.first), "last": str(self.last), "days": self.days}


def load_of(account: Account, workdir: Path, warehouse_path: Path) -> LoadApart:
    """The account's load for backfills. Raises ``ValueError`` if its source can't read a range."""
    reason = getattr(source_of(account.system), "NO_WINDOW", None)
    if reason:
        raise ValueError(
            f"{account.system} {account.account} can't be backfilled: {reason}; to read all of it"
            " again, set history_from in the group file and load into a new warehouse"
        )
    return LoadApart(account, PURPOSE, workdir.resolve(), warehouse_path.resolve())


def not_by_days(account: Account) -> tuple[str, ...]:
    """The account's streams that the vendor gives no range of: a backfill leaves them out."""
    return getattr(source_of(account.system), "WITHOUT_WINDOW", ())


def plan_of(load: LoadApart, first: date, last: date, days: int) -> Plan:
    if last < first:
        raise ValueError(f"a backfill from {first} ends before it begins, on {last}; swap the two")
    if days < 1:
        raise ValueError(f"a chunk of {days} days holds nothing; give --chunk-days 1 or more")
    load.workdir.mkdir(parents=True, exist_ok=True)
    return Plan(load.workdir / f"{load.name}.plan.json", first, last, days)


@contextmanager
def alone(load: LoadApart) -> Iterator[None]:
    """While this holds, no other process backfills the account; it ends with the process, however that ends."""
    load.workdir.mkdir(parents=True, exist_ok=True)
    with (load.workdir / f"{load.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ValueError(
                f"another process runs a {load.purpose} of {load.account.system}"
                f" {load.account.account}; wait until it has ended"
            ) from None
        yield


def extract_chunk(load: LoadApart, chunk: Chunk) -> Asked:
    """Ask the vendor for a chunk and leave it ready to be written; opens no warehouse."""

    def ask(request: Request) -> pipelines.Rows:
        return source_of(load.account.system).extract(request)

    return load.extract(ask, chunk.window)
