"""The large world: generated, written straight into raw tables, then transformed, audited and published.

``python -m tests.bench.large [ORDERS] [--folder FOLDER]``: a million orders unless said otherwise, which take
about 14 GB of memory. Prints seconds and peak memory of each step and writes ``data/bench_large.json``.
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.table import show, steps
from tests.bench.work import after_load, measured, raw
from tests.end_to_end.group import PROJECT

ORDERS, DAYS = 1_000_000, 730


def rows(orders: int, days: int, folder: Path) -> list[dict[str, Any]]:
    """A row per step. The world is built and written in one process, the line runs in another."""
    size = f"{orders} orders"
    made = measured(raw, days, orders, folder)
    found = [{"stage": name, "seconds": s, "peak_mb": peak} for name, s, peak in made["steps"]]
    line = measured(after_load, folder)
    if not line["published"]:
        raise SystemExit(line["output"][-4000:])
    taken = steps(line["output"]).items()
    found += [{"stage": f"line: {name}", "seconds": s, "peak_mb": 0} for name, s in taken]
    whole = {"seconds": line["seconds"], "peak_mb": line["peak_mb"]}
    return [{**row, "size": size} for row in [*found, {"stage": "line after load", **whole}]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("orders", nargs="?", type=int, default=ORDERS)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--folder", type=Path, help="Keep the warehouse and the publication here.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (given.folder or Path(temporary)).absolute()
        show(rows(given.orders, given.days, folder), PROJECT / "data" / "bench_large.json")


if __name__ == "__main__":
    main()
