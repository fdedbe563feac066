"""What a person sees while the job runs: one line per step, live on a terminal, plain in a log.

The audits share a line; a relation that fails one is named.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

STYLES = {
    "waiting": "dim",
    "running": "yellow",
    "done": "green",
    "failed": "red",
    "skipped": "dim",
}
ENDS = {"STEP_SUCCESS": "done", "STEP_FAILURE": "failed", "STEP_SKIPPED": "skipped"}
SHARED = "audit"


@dataclass
class Line:
    """One line of the display: a step, or several that share it."""

    name: str
    steps: dict[str, str] = field(default_factory=dict)  # step key -> its state
    started: float | None = None
    seconds: float = 0.0
    rows: int = 0
    detail: str = ""

    @property
    def state(self) -> str:
        states = set(self.steps.values())
        if "running" in states or {"waiting"} < states:
            return "running"
        for state in ("failed", "waiting", "skipped"):
            if state in states:
                return state
        return "done"

    def clock(self) -> float:
        return time.monotonic() - self.started if self.started is not None else self.seconds


@dataclass
class Progress:
    """Listens to a run's events; use as a context around the run."""

    console: Console
    lines: dict[str, Line] = field(default_factory=dict)
    _live: Live | None = None

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self._live = Live(
                get_renderable=self._table, console=self.console, refresh_per_second=8
            )
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for line in self.lines.values():
            line.steps = {k: "skipped" if s == "waiting" else s for k, s in line.steps.items()}
        if self._live:
            self._live.stop()

    def expect(self, keys: Sequence[str]) -> None:
        """The steps to come, in order."""
        for key in keys:
            self._line(key, keys).steps[key] = "waiting"

    def hear(self, entry: Any) -> None:
        """One entry of the run's event log, as Dagster stored it."""
        if not entry.step_key:
            return
        line, event = self._line(entry.step_key), entry.dagster_event
        if event is None:
            line.detail = (entry.user_message or "").partition("\n")[0]
            return
        kind = event.event_type_value
        if kind == "STEP_START":
            self._start(line, entry.step_key)
        elif kind == "STEP_UP_FOR_RETRY":
            self._say(f"{line.name}: failed for a moment, trying again")
        elif kind == "ENGINE_EVENT" and "blocked by limit" in (event.message or ""):
            line.detail = "waits for the warehouse's one writer"
        elif kind == "ASSET_MATERIALIZATION":
            metadata = event.step_materialization_data.materialization.metadata
            if rows := metadata.get("dagster/row_count") or metadata.get("rows_loaded"):
                line.rows += int(rows.value)
        elif kind == "ASSET_CHECK_EVALUATION":
            self._check(line, event.asset_check_evaluation_data)
        elif kind in ENDS:
            self._end(line, entry.step_key, ENDS[kind])

    def _check(self, line: Line, check: Any) -> None:
        line.detail = ".".join(check.asset_key.path)
        if check.blocking and not check.passed and check.severity.value == "ERROR":
            self._say(f"{line.name} of {line.detail}: failed")

    def _start(self, line: Line, key: str) -> None:
        line.steps[key] = "running"
        if line.started is None:
            line.started = time.monotonic()
            self._say(f"{line.name}: started")

    def _end(self, line: Line, key: str, state: str) -> None:
        line.steps[key], line.detail = state, ""
        if state == "failed" and len(line.steps) > 1:
            self._say(f"{key}: failed")
        if line.state in ENDS.values():
            line.seconds, line.started = line.clock(), None
            rows = f", {line.rows:,} rows" if line.rows else ""
            self._say(f"{line.name}: {line.state} in {line.seconds:.1f} s{rows}")

    def _line(self, key: str, expected: Sequence[str] = ()) -> Line:
        """The line a step is on. Dagster numbers the parts of a split step in no order: say which is which."""
        for line in self.lines.values():
            if key in line.steps:
                return line
        base = re.sub(r"_\d+$", "", key)
        parts = [other for other in expected if re.fullmatch(rf"{re.escape(base)}(_\d+)?", other)]
        name = f"{base} {parts.index(key) + 1}/{len(parts)}" if len(parts) > 1 else key
        if key.startswith(SHARED):
            name = SHARED
        return self.lines.setdefault(name, Line(name))

    def _say(self, text: str) -> None:
        if not self._live:
            self.console.print(text, highlight=False, soft_wrap=True)

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        for line in self.lines.values():
            ended = sum(state in ENDS.values() for state in line.steps.values())
            several = f" {ended}/{len(line.steps)}" if len(line.steps) > 1 else ""
            table.add_row(
                f"{line.name}{several}",
                f"[{STYLES[line.state]}]{line.state}[/]",
                f"{line.clock():6.1f} s" if line.started is not None or line.seconds else "",
                f"{line.rows:>11,} rows" if line.rows else "",
                f"[dim]{line.detail[:60]}[/dim]",
            )
        return table
