"""``make bench``: measures each stage in a process of its own, prints a table, writes ``data/bench.json``.

A row is {stage, size, seconds, cpu_seconds, peak_mb, reference, ratio}. Where a reference stands, it did the same work on the same
bytes in this run; ratio is its seconds over ours, so above 1 we are quicker; on a busy machine compare CPU. A million orders are measured by
``python -m tests.bench.large``.
"""

import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.bench import calls, identity, identity_components, landing, live, webhooks
from tests.bench.bulk_lines import bulk_lines
from tests.bench.table import show, steps
from tests.bench.work import audits, measured, publish_ours, publish_reference, raw
from tests.end_to_end.group import PROJECT, ServedGroup, Warehouse

ORDERS = int(os.environ.get("BENCH_ORDERS", "20000"))
LANDING_ORDERS = int(os.environ.get("BENCH_LANDING_ORDERS", "60000"))
NAIVE_ORDERS = 1_000  # dlt's own choice for DuckDB takes minutes and gigabytes for 20,000
DAYS = 730


def main() -> None:
    rows = Rows()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, seconds, peak in measured(raw, DAYS, ORDERS, folder / "raw")["steps"]:
            if not name.startswith("world: "):
                rows.add(name, f"{ORDERS} orders", {"seconds": seconds, "peak_mb": peak})
        measure_landing(rows, folder)
        measure_line(rows, folder)
        for row in identity_components.measure(folder):
            rows.take(row)
    for found in calls.measure():
        rows.take(calls.row(found))
    rows.take(webhooks.row(webhooks.measure()))
    rows.take(live.row(live.measure()))
    show(rows.rows, PROJECT / "data" / "bench.json")


class Rows:
    """The rows found so far; each is said as it comes."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def add(
        self,
        stage: str,
        size: str,
        ours: dict[str, float],
        name: str | None = None,
        other: dict[str, float] | None = None,
        orders: int = 0,
    ) -> None:
        ratio = round(other["seconds"] / max(ours["seconds"], 0.01), 2) if other else None
        reference = (
            f"{name}: {other['seconds']} s ({other['cpu_seconds']} s CPU), {other['peak_mb']:.0f} MB"
            if other
            else None
        )
        speed = {"orders_per_second": round(orders / max(ours["seconds"], 0.01))} if orders else {}
        row = {"stage": stage, "size": size, **ours, "reference": reference, "ratio": ratio}
        self.take({**row, **speed})

    def take(self, row: dict[str, Any]) -> None:
        self.rows.append(row)
        said = "" if row["seconds"] is None else f": {row['seconds']} s"
        Console(stderr=True).print(f"{row['stage']}{said}", highlight=False)


def measure_landing(rows: Rows, folder: Path) -> None:
    """The largest shop's orders as Shopify sends them in bulk, landed by us, by dlt, by DuckDB alone."""
    options = ["--seed", "1", "--orders", str(LANDING_ORDERS), "--days", str(DAYS)]
    served = ServedGroup(folder / "large", options).start()
    lines = folder / "orders.jsonl"
    try:
        begun = time.monotonic()
        orders = bulk_lines(served, lines)
        seconds = round(time.monotonic() - begun, 2)
    finally:
        served.stop()
    size = f"{orders} orders, {lines.stat().st_size >> 20} MB"
    rows.add("bulk operation over HTTP", size, {"seconds": seconds, "peak_mb": 0}, orders=orders)

    def landed(path: Callable[[Path, Path], None], bytes_: Path, name: str) -> dict[str, float]:
        (folder / name).mkdir()
        return measured(path, bytes_, folder / name)

    ours = landed(landing.ours, lines, "ours")
    for name, path in (
        ("dlt over dicts, Parquet loader", landing.dlt_dicts),
        ("DuckDB alone", landing.duckdb_alone),
    ):
        other = landed(path, lines, path.__name__)
        rows.add("landing", size, ours, name, other, orders)
        rows.add(f"landing by {name}", size, other, orders=orders)
    few = landing.first(lines, NAIVE_ORDERS, folder / "few.jsonl")
    naive = landed(landing.dlt_naive, few, "naive")
    ours = landed(landing.ours, few, "ours_few")
    name, size = "dlt over dicts, told nothing: INSERT", f"{NAIVE_ORDERS} orders"
    rows.add("landing", size, ours, name, naive, NAIVE_ORDERS)
    lines.unlink()


def measure_line(rows: Rows, folder: Path) -> None:
    """Two whole runs, then the audits and the publication of what they built."""
    options = ["--seed", "1", "--orders", str(ORDERS), "--days", str(DAYS)]
    served, size = ServedGroup(folder / "served", options).start(), f"{ORDERS} orders"
    try:
        warehouse = Warehouse(folder / "warehouse", served.file)
        for name in ("first run", "second run"):
            begun = time.monotonic()
            ran = warehouse.run()
            if ran.returncode:
                raise SystemExit(ran.stdout[-4000:])
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            taken = {"seconds": round(time.monotonic() - begun, 2), "peak_mb": round(peak)}
            rows.add(name, size, taken)
            for step, seconds in steps(ran.stdout).items():
                if step.startswith(("load_shopify", "transform", "identity", "publish")):
                    rows.add(f"{name}: {step}", size, {"seconds": seconds, "peak_mb": 0})
        for row in identity.measure(warehouse.path):
            rows.take(row)
        rows.add("audits", "every suite", measured(audits, warehouse.path))
        rows.add(
            "publish",
            size,
            measured(publish_ours, warehouse.path, folder / "p" / "published.duckdb"),
            "DuckDB: the marts copied unordered",
            measured(publish_reference, warehouse.path, folder / "reference.duckdb"),
        )
    finally:
        served.stop()


if __name__ == "__main__":
    main()
