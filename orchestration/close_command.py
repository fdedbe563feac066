"""`concord close`: close a legal entity's month, or reopen it. It reads options and prints; `close_log` does it."""

import getpass
from datetime import datetime

from rich.console import Console

from orchestration import close_log, environment, status
from orchestration.close_checks import Month

TURN = "close_period"


def run(
    console: Console,
    legal_entity: str,
    period: datetime,
    by: str | None,
    reason: str | None,
    *,
    reopened: bool,
) -> None:
    who = by or getpass.getuser()
    if "@" in who + (reason or ""):
        raise ValueError("BI reads who closed and why: give a name or a team, no e-mail address")
    if reopened and not reason:
        raise ValueError(
            "why is it reopened? Say it: --reason WHY; everybody who reads the marts will see it"
        )
    warehouse = environment.warehouse_path()
    if not warehouse.exists():
        raise FileNotFoundError(f"{warehouse}: no warehouse yet; fill it first: concord run")
    month = Month(legal_entity, period.date().replace(day=1))
    from orchestration.turns import take_turn

    if reopened:
        version = take_turn(TURN, lambda: close_log.reopen(warehouse, month, who, reason or ""))
        _say(console, f"{month}: version {version} is open again; close it anew when it is right")
        return
    from analysis import closing, metric_definitions
    from orchestration import dbt_run

    run_id = close_log.published_run(status.read(environment.published_path()))
    metrics = closing.metrics(metric_definitions.read(dbt_run.semantic_manifest()))
    closed = take_turn(
        TURN, lambda: close_log.close(warehouse, month, who, reason, run_id, metrics)
    )
    _say(
        console,
        f"{month}: closed, version {closed.version}, by {who}: {closed.rows_count:,} rows and"
        f" {closed.values_count:,} values frozen, net sales {closed.net_sales}",
    )
    _say(console, "Readers see it with the next publication: concord run")


def _say(console: Console, line: str) -> None:
    console.print(line, soft_wrap=True, highlight=False, markup=False)
