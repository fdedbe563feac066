"""The jobs as a person runs them: in this process, with progress, ending in a verdict and figures."""

import atexit
import os
import warnings
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import dagster as dg
from rich.console import Console

from ingestion import group as group_file
from orchestration import environment, figures, publication, runs, status
from orchestration.definitions import JOB, concord
from orchestration.progress import Progress
from orchestration.windows import blackout_at, closed_because


def run(console: Console) -> int:
    """The whole line; 0 if it published."""
    group = group_file.load(environment.group_file())
    now = datetime.now(UTC)
    for window in group.windows.values():
        if blackout_at(window, now):
            _print(
                console, f"started by hand in a blackout: {closed_because(window, now)}", "yellow"
            )
    outcome = _execute(console)
    published = environment.published_path()
    said = status.read(published)
    if said is None or said["run_id"] != outcome.run_id or said["verdict"] != "published":
        return _tell_what_failed(console, outcome, said)
    found = figures.read(published, group.currency)
    console.print(figures.as_table(found))
    for line in figures.as_lines(found):
        _print(console, line)
    _print(console, "verdict: published, every critical audit passed", style="bold green")
    _print(console, f"published: {published} and {publication.pii_path(published).name}")
    return 0


def load(console: Console, system: str, accounts: Sequence[str]) -> int:
    """One system into raw; 0 if all of it landed."""
    group = group_file.load(environment.group_file())
    if not group.accounts_of(system):
        known = ", ".join(sorted({account.system for account in group.accounts}))
        raise ValueError(
            f"no account of system {system!r} in {environment.group_file()}; it has {known}"
        )
    keys = [
        key
        for definition in concord().assets or ()
        if isinstance(definition, dg.AssetsDefinition)
        for key in definition.keys
        if key.path[0] == f"raw_{system}"
    ]
    config = {"ops": {f"load_{system}": {"config": {"accounts": list(accounts)}}}}
    outcome = _execute(console, keys, config)
    if not outcome.success:
        return _tell_what_failed(console, outcome, None, f"Mend it, then: concord load {system}")
    _print(console, "loaded. To build and publish with it: concord run", style="bold green")
    return 0


def _execute(
    console: Console,
    selection: Sequence[dg.AssetKey] | None = None,
    config: Mapping[str, Any] | None = None,
) -> runs.Outcome:
    # Dagster's notices about its own future do not help whoever runs the line; nor does the leak report
    # that DuckDB's binding prints at exit once Great Expectations was imported in the same process.
    warnings.filterwarnings("ignore", module="dagster")
    atexit.register(lambda: os.dup2(os.open(os.devnull, os.O_WRONLY), 2))
    with Progress(console) as progress:
        return runs.execute(concord(), JOB, progress, selection, config)


def _tell_what_failed(
    console: Console,
    outcome: runs.Outcome,
    said: Mapping[str, Any] | None,
    next_step: str = status.NEXT_STEPS["failed"],
) -> int:
    if said is None or said["run_id"] != outcome.run_id:
        said = {"verdict": "failed", "failed_audits": [], "next_step": next_step}
    for audit in said["failed_audits"]:
        _print(
            console,
            f"{audit['relation']} {audit['audit']}: observed {audit['observed']},"
            f" expected {audit['expected']} (owner: {audit['owner']}). {audit['message']}",
            style="red",
        )
    if not said["failed_audits"]:
        for step, message in outcome.failures.items():
            _print(console, f"{step}: {message}", style="red")
    _print(console, f"verdict: {said['verdict']}", style="bold red")
    _print(console, said["next_step"])
    _print(console, f"The run's log: concord dev, run {outcome.run_id[:8]}", style="dim")
    return 1


def _print(console: Console, line: str, style: str | None = None) -> None:
    console.print(line, style=style, soft_wrap=True, highlight=False, markup=False)
