"""When a scheduled run may work: nightly windows and blackouts, on the wall clock of the window's own zone.

A window says `start` and `end` as local times, so on the night the clocks change it is an hour longer or
shorter, or does not happen at all; nothing here adds or subtracts fixed hours.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MINUTE = timedelta(minutes=1)
# Blackouts are days to weeks; a group that is closed for longer than this has a mistake in its file.
HORIZON_DAYS = 400


@dataclass(frozen=True)
class Blackout:
    """Whole local days, both ends included."""

    first: date
    last: date
    reason: str


@dataclass(frozen=True)
class Window:
    name: str
    zone: ZoneInfo
    start: time
    end: time
    owner: str
    blackouts: tuple[Blackout, ...] = ()

    def blackout_at(self, moment: datetime) -> Blackout | None:
        day = moment.astimezone(self.zone).date()
        return next((b for b in self.blackouts if b.first <= day <= b.last), None)

    def is_open(self, moment: datetime) -> bool:
        if self.blackout_at(moment):
            return False
        clock = moment.astimezone(self.zone).time()
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def next_opening(self, moment: datetime) -> datetime:
        """The first instant from `moment` on at which the window is open, in UTC."""
        if self.is_open(moment):
            return moment.astimezone(UTC)
        today = moment.astimezone(self.zone).date()
        for ahead in range(-1, HORIZON_DAYS):
            for candidate in sorted(self._starts(today + timedelta(days=ahead))):
                if candidate >= moment and self.is_open(candidate):
                    return candidate
        raise ValueError(
            f"window {self.name!r} stays closed for {HORIZON_DAYS} days after {moment:%Y-%m-%d}:"
            f" shorten its blackouts in the group file (owner: {self.owner})"
        )

    def closed_because(self, moment: datetime) -> str | None:
        """Why no scheduled run may work at `moment`, and when one may; None while the window is open."""
        if self.is_open(moment):
            return None
        opens = self.next_opening(moment).astimezone(self.zone)
        blackout = self.blackout_at(moment)
        why = (
            f"blackout {blackout.reason!r} from {blackout.first} to {blackout.last}"
            if blackout
            else f"it is open from {self.start:%H:%M} to {self.end:%H:%M} {self.zone.key}"
        )
        return (
            f"window {self.name!r} (owner: {self.owner}) is closed: {why}."
            f" Next opening: {opens:%Y-%m-%d %H:%M} {self.zone.key}."
        )

    def _starts(self, day: date) -> Iterator[datetime]:
        """Instants at which the window may begin on a local day: midnight (a blackout ends there) and `start`.

        A start that the clocks skip begins where they land; one that they repeat begins twice.
        """
        for clock in (time.min, self.start):
            first, second = (
                datetime.combine(day, clock, self.zone).replace(fold=fold).astimezone(UTC)
                for fold in (0, 1)
            )
            if second >= first:
                yield first
                yield second
            else:  # skipped: the change lies between the two readings
                instant = second
                while instant < first and instant.astimezone(self.zone).utcoffset() == (
                    second.astimezone(self.zone).utcoffset()
                ):
                    instant += MINUTE
                yield instant


def from_config(windows: Mapping[str, Mapping[str, Any]]) -> tuple[Window, ...]:
    """The `[windows.<name>]` tables of a group file, in the order they stand there."""
    return tuple(_window(name, settings) for name, settings in windows.items())


def _window(name: str, settings: Mapping[str, Any]) -> Window:
    try:
        window = Window(
            name=name,
            zone=ZoneInfo(settings["zone"]),
            start=time.fromisoformat(settings["start"]),
            end=time.fromisoformat(settings["end"]),
            owner=settings["owner"],
            blackouts=tuple(
                Blackout(_day(b["from"]), _day(b["to"]), b["reason"])
                for b in settings.get("blackouts", ())
            ),
        )
    except KeyError as missing:
        raise ValueError(
            f"windows.{name}: {missing} is missing; a window needs zone, start, end and owner,"
            " a blackout from, to and reason"
        ) from missing
    except (ValueError, ZoneInfoNotFoundError) as wrong:
        raise ValueError(
            f"windows.{name}: {wrong}; write times as HH:MM, days as YYYY-MM-DD, zones as Europe/Berlin"
        ) from wrong
    if window.start == window.end:
        raise ValueError(
            f"windows.{name}: start and end are both {window.start:%H:%M}; a window needs a length"
        )
    for blackout in window.blackouts:
        if blackout.first > blackout.last:
            raise ValueError(
                f"windows.{name}: blackout {blackout.reason!r} ends {blackout.last}"
                f" before it begins {blackout.first}; swap them"
            )
    return window


def _day(value: str | date) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
