"""What a world is asked for on the command line, and how a running one is told from its group file."""

import json
import time
from dataclasses import asdict, dataclass, field
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

    @property
    def name(self) -> str:
        """What secrets are derived from: the same world has the same ones."""
        return f"replay {Path(self.replay).name}" if self.replay else f"seed {self.seed}"

    def build(self) -> World:
        """Build the world, saying so on stderr."""
        began = time.monotonic()
        STDERR.print(f"building the world ({self._said()})")
        world = self._replayed() if self.replay else self._generated()
        world.group_currency = self.group_currency
        took = time.monotonic() - began
        STDERR.print(
            f"world built in {took:.1f} s; its clock says {world.clock:%Y-%m-%d %H:%M} UTC"
        )
        return world

    def save(self, file: Path) -> None:
        """Beside the group file, for ``sandbox answers --group``."""
        file.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    def _said(self) -> str:
        if self.replay:
            return f"{self.replay}, {self.currency}, {self.zone}"
        return f"seed {self.seed}, {self.orders} orders in {self.days} days"

    def _generated(self) -> World:
        from sandbox.world import build

        return build(self.seed, self.days, self.orders)

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
    return WorldOptions(**json.loads(file.read_text(encoding="utf-8")))


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
