"""What a bench found: read from a run's output, printed as a table, written as JSON."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table


def steps(output: str) -> dict[str, float]:
    """Seconds per step, from the lines that ``concord run`` prints where nobody watches."""
    found = {}
    for line in output.splitlines():
        name, mark, rest = line.partition(": done in ")
        if mark:
            found[name] = float(rest.split(" s")[0])
    return found


def show(rows: Sequence[dict[str, Any]], out: Path | None) -> None:
    """Print the rows and write them to ``out``, if there is one."""
    table = Table("stage", "size", "seconds", "CPU s", "orders/s", "peak MB", "reference", "ratio")
    for one in rows:
        seconds = one["seconds"]
        table.add_row(
            one["stage"],
            one["size"],
            "" if seconds is None else f"{seconds:.2f}",
            f"{one['cpu_seconds']:.2f}" if one.get("cpu_seconds") else "",
            f"{one['orders_per_second']:,}" if one.get("orders_per_second") else "",
            str(one["peak_mb"] or ""),
            one.get("reference") or "",
            str(one.get("ratio") or ""),
        )
    Console(width=170).print(table)
    if out:
        out.parent.mkdir(exist_ok=True)
        out.write_text(json.dumps(rows, indent=1) + "\n")
        Console().print(f"written: {out}")
