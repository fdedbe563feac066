"""What a world is asked for on the command line, and how a running one is told from its group file."""

import json
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rich.console import Console

from sandbox.world import World

STDERR = Console(stderr=True, highlight=False)


class OptionsError(ValueError):
    """Options that name no world; says which and what to give instead."""


@dataclass(frozen=True)
class WorldOptions:
    seed: int = 7
    orders: int = 3000
    days: int = 400
    replay: str | None = None
    currency: str = "GBP"
    zone: str = "Europe/London"
    columns: dict[str, str] = field(default_factory=dict)
    date_format: str | None = None
    group_currency: str = "EUR"
    advanced_days: int = 0  # how far the world's clock was moved on since it was first served

    @property
    def name(self) -> str:
        """What secrets are derived from: the same world has the same ones."""
        return f"replay {Path(self.replay).name}" if self.replay else f"seed {self.seed}"

    def build(self) -> World:
        """Build the world, saying so on stderr."""
        began = time.monotonic()
        STDERR.print(f"building the world ({self.said})")
        world = self._replayed() if self.replay else self._generated()
        world.group_currency = self.group_currency
        took = time.monotonic() - began
        STDERR.print(f"world built in {took:.1f} s; its clock says {said_clock(world)}")
        return world

    def advanced(self, days: int) -> "WorldOptions":
        """The same world ``days`` later."""
        if self.replay:
            raise OptionsError(
                f"a replayed file has no later days: {self.replay} ends where it ends; only generated"
                " worlds advance"
            )
        if days < 1:
            raise OptionsError(f"--days {days}: the clock moves by whole days, one at least")
        return replace(self, advanced_days=self.advanced_days + days)

    def at_first(self) -> "WorldOptions":
        """The same world at the clock it has when nobody moved it."""
        return replace(self, advanced_days=0)

    def going_on_from(self, file: Path) -> "WorldOptions":
        """At the clock that FILE.world.json was left with, if it speaks of this same world."""
        kept = _read(file) if file.exists() else None
        if kept is not None and replace(kept, advanced_days=self.advanced_days) == self:
            return kept
        return self

    def save(self, file: Path) -> None:
        """Beside the group file: for ``sandbox answers --group``, and for the next to serve this world."""
        new = file.with_name(f"{file.name}.new")
        new.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")
        new.replace(file)

    @property
    def said(self) -> str:
        if self.replay:
            return f"{self.replay}, {self.currency}, {self.zone}"
        later = f", and {self.advanced_days} days later" if self.advanced_days else ""
        return f"seed {self.seed}, {self.orders} orders in {self.days} days{later}"

    def _generated(self) -> World:
        from sandbox.world import build

        return build(self.seed, self.days, self.orders, self.advanced_days)

    def _replayed(self) -> World:
        from sandbox import replay

        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise OptionsError(
                f"--zone {self.zone}: no such time zone; give an IANA name such as Europe/London"
            ) from error
        return replay.build(
            Path(self.replay or ""),
            self.currency,
            self.zone,
            self.columns or None,
            self.date_format,
        )


def load(group_file: Path) -> WorldOptions:
    """The options of the world that was last served under this group file."""
    file = beside(group_file)
    if not file.exists():
        raise OptionsError(
            f"{file}: no such file; was {group_file} written by `sandbox serve --write-group`?"
        )
    return _read(file)


def _read(file: Path) -> WorldOptions:
    try:
        return WorldOptions(**json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise OptionsError(
            f"{file}: not the options of a world ({error}); delete it and serve again"
        ) from error


def said_clock(world: World) -> str:
    """The world's present, and how far it was moved: ``2026-11-14 06:00 UTC (advanced by 30 days)``."""
    later = f" (advanced by {world.advanced_days} days)" if world.advanced_days else ""
    return f"{world.clock:%Y-%m-%d %H:%M} UTC{later}"


def beside(group_file: Path) -> Path:
    return group_file.with_name(f"{group_file.name}.world.json")


def parse_columns(given: list[str] | None) -> dict[str, str]:
    """``FIELD=NAME`` options; what fields there are is the replay's to say."""
    from sandbox.replay import COLUMNS

    columns: dict[str, str] = {}
    for text in given or []:
        name, found, called = text.partition("=")
        if not found or not called or name not in {*COLUMNS, "currency"}:
            known = ", ".join([*COLUMNS, "currency"])
            raise OptionsError(f"--column {text}: write FIELD=NAME, FIELD being one of {known}")
        columns[name] = called
    return columns


def from_options(**given: Any) -> WorldOptions:
    columns = parse_columns(given.pop("column"))
    replay = given.pop("replay")
    return WorldOptions(columns=columns, replay=str(replay) if replay else None, **given)
