"""``sandbox requests``: what was asked of a group, summed up or line by line."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from sandbox.command_line import GROUP, console
from sandbox.requests_log import beside
from sandbox.world_options import STDERR


def requests(
    group: Annotated[
        Path, typer.Option(metavar="FILE", help="The group file of a running or ended sandbox.")
    ] = GROUP,
    as_json: Annotated[
        bool, typer.Option("--json", help="Every request as a JSON line instead of the table.")
    ] = False,
) -> None:
    """What was asked of each account: requests, bytes, query cost, refusals, faults played."""
    log = beside(group)
    if not log.exists():
        STDERR.print(
            f"no request log {log}; serve a group first: sandbox serve --write-group {group}"
        )
        raise typer.Exit(1)
    text = log.read_text(encoding="utf-8")
    if as_json:
        sys.stdout.write(text)
        return
    _show([json.loads(line) for line in text.splitlines()])


def _show(lines: list[dict[str, Any]]) -> None:
    sums: dict[tuple[str, str, str], list[float]] = {}
    for line in lines:
        what = line["operation"] or f"{line['method']} {line['path']}"
        row = sums.setdefault((line["system"], line["account"], what), [0, 0, 0, 0, 0])
        is_refused = not 200 <= line["status"] < 300
        for at, more in enumerate(
            (1, line["bytes"], line["cost"] or 0, is_refused, line["fault"] is not None)
        ):
            row[at] += more
    table = Table("system", "account", "operation", title=f"{len(lines)} requests")
    for name in ("requests", "bytes", "cost", "refused", "faults"):
        table.add_column(name, justify="right")
    before = ""
    for key, row in sorted(sums.items()):
        if before not in ("", key[1]):
            table.add_section()
        before = key[1]
        table.add_row(*key, *(f"{value:,.0f}" for value in row))
    console().print(table)
