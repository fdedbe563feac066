"""A load apart from the ordinary one, for a backfill or a sweep: a pipeline of its own, no cursor kept.

So whatever it reads again, the next ordinary load goes on where the last one stopped. Its rows go to the
same raw log; its streams are named ``<stream>:<purpose>`` in ``load_completeness``. It takes from the
account's shared budget, and leaves a reserve of it to ordinary loads.
"""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from ingestion import pipelines, source_of, usage
from ingestion.group import Account
from ingestion.patience import Patience, shared
from ingestion.request import Request, now
from ingestion.results import pipeline_name
from ingestion.tables import LOAD_COMPLETENESS, arrow_schema, raw_tables

LOGS = {"load_completeness", "api_usage"}  # what a load says of itself


@dataclass(frozen=True)
class Asked:
    """What one extract came to: rows per raw table, requests sent, seconds taken."""

    rows: int
    requests: int
    seconds: float


@dataclass(frozen=True)
class LoadApart:
    """One account's loads for one purpose: 'backfill' or 'sweep'."""

    account: Account
    purpose: str
    workdir: Path
    warehouse_path: Path
    patience: Patience | None = None

    @property
    def name(self) -> str:
        return f"{pipeline_name(self.account.system, self.account.account)}_{self.purpose}"

    def drain(self) -> int:
        """Finish what an earlier process left; gives back how many packages wait to be written."""
        return pipelines.drain(self._pipeline())

    def extract(
        self,
        ask: Callable[[Request], pipelines.Rows],
        window: tuple[datetime, datetime] | None = None,
    ) -> Asked:
        """Land what ``ask`` gives; opens no warehouse. Raises what ``ask`` raises, and keeps nothing then."""
        begun = time.monotonic()
        folder = self.workdir / f"{self.name}.requests"
        system = self.account.system
        declared = dict(raw_tables(source_of(system).TABLES))
        shutil.rmtree(folder, ignore_errors=True)
        try:
            with shared(self.account, self.workdir, self.patience) as patience:
                if patience.budget:
                    patience.budget.priority = "low"  # ordinary loads go first
                request = Request(self.account, folder, {}, patience, window=window)
                source = pipelines.source(system, declared, lambda _: self._rows(request, ask))
                counted = pipelines.extract(self._pipeline(), source)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        landed = sum(count for table, count in counted.items() if table not in LOGS)
        return Asked(landed, request.requests, time.monotonic() - begun)

    def _rows(self, request: Request, ask: Callable[[Request], pipelines.Rows]) -> pipelines.Rows:
        yield from ask(request)
        yield "load_completeness", self._completeness(request)
        if request.patience.budget:
            yield "api_usage", usage.table(request.patience.budget, now())

    def write(self) -> tuple[str, ...]:
        """Write what waits into the warehouse, which is open meanwhile; the load ids."""
        dataset = f"raw_{self.account.system}"
        return pipelines.write(self.name, dataset, self.workdir, self.warehouse_path)

    def forget(self) -> None:
        """Drop what waits."""
        pipelines.forget(self.name, self.workdir)

    def _pipeline(self) -> pipelines.dlt.Pipeline:
        dataset = f"raw_{self.account.system}"
        return pipelines.pipeline(self.name, dataset, self.workdir, str(self.warehouse_path))

    def _completeness(self, request: Request) -> pa.Table:
        listed = [
            {
                "account": self.account.account,
                "stream": f"{check.stream}:{self.purpose}",
                "window_start": check.window_start,
                "window_end": check.window_end,
                "expected": check.expected,
                "landed": check.landed,
                "status": "complete",  # what isn't raises
                "checked_at": now(),
            }
            for check in request.completeness
        ]
        return pa.Table.from_pylist(listed, schema=arrow_schema(LOAD_COMPLETENESS))
