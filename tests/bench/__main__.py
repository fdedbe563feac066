"""``make bench``: measures each stage in a process of its own, prints a table, writes ``data/bench.json``.

A row is {stage, size, seconds, peak_mb, reference, ratio}. Where a reference stands, it did the same work on the same
bytes in this run; ratio is its seconds over ours, so above 1 we are quicker. A million orders are measured by
``python -m tests.bench.large``.
"""

import os
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from tests.bench import landing
from tests.bench.table import show, steps
from tests.bench.work import audits, measured, publish_ours, publish_reference, raw
from tests.end_to_end.group import PROJECT, ServedGroup, Warehouse

ORDERS = int(os.environ.get("BENCH_ORDERS", "20000"))
DAYS = 730
OPTIONS = ["--seed", "1", "--orders", str(ORDERS), "--days", str(DAYS)]


def bulk_lines(served: ServedGroup, out: Path) -> int:
    """The bytes Shopify would send for the largest shop: its orders' bulk operation."""
    from ingestion import group as group_file
    from ingestion import shopify_bulk
    from ingestion.http import Patience
    from ingestion.shopify_api import Shop
    from ingestion.sources import shopify

    for name, value in group_file.read_env(
        served.file.with_name(served.file.name + ".env")
    ).items():
        os.environ.setdefault(name, value)
    group = group_file.load(served.file)
    shop = Shop(group.accounts_of("shopify")[0], Patience())
    stream = next(stream for stream in shopify.STREAMS if stream.name == "orders")
    operations = shopify_bulk.Operations(shop, [shopify_bulk.Wanted(stream, "", ORDERS)])
    operations.start()
    ((_, state),) = operations.ended()
    assert state, "the sandbox runs orders in bulk"
    with httpx.stream("GET", state["url"], timeout=600) as answer, out.open("wb") as file:
        for part in answer.iter_bytes():
            file.write(part)
    shop.client.close()
    return int(state["rootObjectCount"])


def main() -> None:
    rows: list[dict[str, Any]] = []

    def row(
        stage: str,
        size: str,
        ours: dict[str, float],
        name: str | None = None,
        other: dict[str, float] | None = None,
    ) -> None:
        ratio = round(other["seconds"] / max(ours["seconds"], 0.01), 2) if other else None
        reference = f"{name}: {other['seconds']} s, {other['peak_mb']:.0f} MB" if other else None
        rows.append({"stage": stage, "size": size, **ours, "reference": reference, "ratio": ratio})
        Console(stderr=True).print(f"{stage}: {ours['seconds']} s", highlight=False)

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, seconds, peak in measured(raw, DAYS, ORDERS, folder / "raw")["steps"]:
            if not name.startswith("world: "):
                row(name, f"{ORDERS} orders", {"seconds": seconds, "peak_mb": peak})
        served = ServedGroup(folder / "served", OPTIONS).start()
        try:
            lines = folder / "orders.jsonl"
            begun = time.monotonic()
            orders = bulk_lines(served, lines)
            seconds = round(time.monotonic() - begun, 2)
            count = sum(1 for _ in lines.open("rb"))
            row(
                "bulk operation over HTTP",
                f"{count} lines, {lines.stat().st_size >> 20} MB",
                {"seconds": seconds, "peak_mb": 0},
            )
            for part in ("a", "b", "c"):
                (folder / part).mkdir()
            ours = measured(landing.ours, lines, folder / "a")
            size = f"{orders} orders"
            row(
                "landing",
                size,
                ours,
                "dlt over dicts, Parquet loader",
                measured(landing.dlt_dicts, lines, folder / "b"),
            )
            row(
                "landing",
                size,
                ours,
                "DuckDB alone",
                measured(landing.duckdb_alone, lines, folder / "c"),
            )
            warehouse = Warehouse(folder / "warehouse", served.file)
            for name in ("first run", "second run"):
                begun = time.monotonic()
                ran = warehouse.run()
                if ran.returncode:
                    raise SystemExit(ran.stdout[-4000:])
                peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
                row(
                    name,
                    f"{ORDERS} orders",
                    {"seconds": round(time.monotonic() - begun, 2), "peak_mb": round(peak)},
                )
                for step, seconds in steps(ran.stdout).items():
                    if step.startswith(("load_shopify", "transform", "identity", "publish")):
                        row(
                            f"{name}: {step}",
                            f"{ORDERS} orders",
                            {"seconds": seconds, "peak_mb": 0},
                        )
            row("audits", "every suite", measured(audits, warehouse.path))
            row(
                "publish",
                f"{ORDERS} orders",
                measured(publish_ours, warehouse.path, folder / "p" / "published.duckdb"),
                "DuckDB: the marts copied unordered",
                measured(publish_reference, warehouse.path, folder / "reference.duckdb"),
            )
        finally:
            served.stop()
    show(rows, PROJECT / "data" / "bench.json")


if __name__ == "__main__":
    main()
