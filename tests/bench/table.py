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


def show(rows: Sequence[dict[str, Any]], out: Path) -> None:
    """Print the rows and write them to ``out``."""
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(rows, indent=1) + "\n")
    table = Table("stage", "size", "seconds", "peak MB", "reference", "ratio")
    for one in rows:
        table.add_row(
            one["stage"],
            one["size"],
            f"{one['seconds']:.2f}",
            str(one["peak_mb"] or ""),
            one.get("reference") or "",
            str(one.get("ratio") or ""),
        )
    Console(width=150).print(table)
    Console().print(f"written: {out}")
