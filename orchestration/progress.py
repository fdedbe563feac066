"""What a person sees while the job runs: one line per step, live on a terminal, plain in a log."""

import re
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

STATES = {
    "waiting": "[dim]waiting[/dim]",
    "running": "[yellow]running[/yellow]",
    "done": "[green]done[/green]",
    "failed": "[red]failed[/red]",
    "skipped": "[dim]skipped[/dim]",
}
ENDS = {"STEP_SUCCESS": "done", "STEP_FAILURE": "failed", "STEP_SKIPPED": "skipped"}


@dataclass
class Step:
    name: str
    state: str = "waiting"
    started: float = 0.0
    seconds: float = 0.0
    rows: int | None = None
    detail: str = ""

    def clock(self) -> float:
        return time.monotonic() - self.started if self.state == "running" else self.seconds


@dataclass
class Progress:
    """Listens to a run's events; use as a context around the run."""

    console: Console
    steps: dict[str, Step] = field(default_factory=dict)
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
        for step in self.steps.values():
            if step.state == "waiting":
                step.state = "skipped"
        if self._live:
            self._live.stop()

    def expect(self, keys: list[str]) -> None:
        """The steps to come, in order. Dagster numbers the parts of a split step in no order: say which is which."""
        for key in keys:
            base = re.sub(r"_\d+$", "", key)
            parts = [other for other in keys if re.fullmatch(rf"{base}(_\d+)?", other)]
            label = key if len(parts) == 1 else f"{base} {parts.index(key) + 1}/{len(parts)}"
            self.steps[key] = Step(label)

    def hear(self, entry: Any) -> None:
        """One entry of the run's event log, as Dagster stored it."""
        if not entry.step_key:
            return
        step = self.steps.setdefault(entry.step_key, Step(entry.step_key))
        event = entry.dagster_event
        if event is None:
            step.detail = entry.user_message.splitlines()[0] if entry.user_message else ""
            return
        kind = event.event_type_value
        if kind == "STEP_START":
            step.state, step.started = "running", time.monotonic()
            self._say(f"{step.name}: started")
        elif kind == "ENGINE_EVENT" and "blocked by limit" in (event.message or ""):
            step.detail = "waits for the warehouse's one writer"
        elif kind == "STEP_UP_FOR_RETRY":
            self._say(f"{step.name}: failed for a moment, trying again")
        elif kind == "ASSET_MATERIALIZATION":
            metadata = event.step_materialization_data.materialization.metadata
            if rows := metadata.get("dagster/row_count") or metadata.get("rows_loaded"):
                step.rows = (step.rows or 0) + int(rows.value)
        elif kind in ENDS:
            step.seconds = step.clock()
            step.state, step.detail = ENDS[kind], ""
            rows = "" if step.rows is None else f", {step.rows:,} rows"
            self._say(f"{step.name}: {step.state} in {step.seconds:.1f} s{rows}")

    def _say(self, line: str) -> None:
        if not self._live:
            self.console.print(line, highlight=False, soft_wrap=True)

    def _table(self) -> Table:
        table = Table.grid(padding=(0, 2))
        for _ in range(5):
            table.add_column()
        for step in self.steps.values():
            table.add_row(
                step.name,
                STATES[step.state],
                f"{step.clock():6.1f} s" if step.state not in ("waiting", "skipped") else "",
                "" if step.rows is None else f"{step.rows:>11,} rows",
                f"[dim]{step.detail[:60]}[/dim]",
            )
        return table
