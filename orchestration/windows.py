"""When a scheduled run may work: nightly windows and blackouts, on the wall clock of the window's own zone.

A window says `start` and `end` as local times, so on the night the clocks change it is an hour longer or
shorter, or does not happen at all; nothing here adds or subtracts fixed hours.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ingestion.group import Blackout, Window

MINUTE = timedelta(minutes=1)
# Blackouts are days to weeks; a group that is closed for longer than this has a mistake in its file.
HORIZON_DAYS = 400


def blackout_at(window: Window, moment: datetime) -> Blackout | None:
    day = moment.astimezone(ZoneInfo(window.zone)).date()
    return next((b for b in window.blackouts if b.start <= day <= b.end), None)


def is_open(window: Window, moment: datetime) -> bool:
    if blackout_at(window, moment):
        return False
    clock = moment.astimezone(ZoneInfo(window.zone)).time()
    if window.start < window.end:
        return window.start <= clock < window.end
    return clock >= window.start or clock < window.end


def next_opening(window: Window, moment: datetime) -> datetime:
    """The first instant from `moment` on at which the window is open, in UTC."""
    if is_open(window, moment):
        return moment.astimezone(UTC)
    today = moment.astimezone(ZoneInfo(window.zone)).date()
    for ahead in range(-1, HORIZON_DAYS):
        for candidate in sorted(_starts(window, today + timedelta(days=ahead))):
            if candidate >= moment and is_open(window, candidate):
                return candidate
    raise ValueError(
        f"window {window.name!r} stays closed for {HORIZON_DAYS} days after {moment:%Y-%m-%d}:"
        f" shorten its blackouts in the group file (owner: {window.owner})"
    )


def closed_because(window: Window, moment: datetime) -> str | None:
    """Why no scheduled run may work at `moment`, and when one may; None while the window is open."""
    if is_open(window, moment):
        return None
    opens = next_opening(window, moment).astimezone(ZoneInfo(window.zone))
    blackout = blackout_at(window, moment)
    why = (
        f"blackout {blackout.reason!r} from {blackout.start} to {blackout.end}"
        if blackout
        else f"it is open from {window.start:%H:%M} to {window.end:%H:%M} {window.zone}"
    )
    return (
        f"window {window.name!r} (owner: {window.owner}) is closed: {why}."
        f" Next opening: {opens:%Y-%m-%d %H:%M} {window.zone}."
    )


def kept_free_because(windows: Iterable[Window], moment: datetime) -> str | None:
    """The blackout, of whichever window, that keeps the group free of scheduled runs at ``moment``."""
    for window in windows:
        if blackout := blackout_at(window, moment):
            return (
                f"blackout {blackout.reason!r} of window {window.name!r} (owner: {window.owner}) from"
                f" {blackout.start} to {blackout.end}"
            )
    return None


def _starts(window: Window, day: date) -> Iterator[datetime]:
    """Instants at which the window may begin on a local day: midnight (a blackout ends there) and `start`.

    A start that the clocks skip begins where they land; one that they repeat begins twice.
    """
    for clock in (time.min, window.start):
        first, second = (
            datetime.combine(day, clock, ZoneInfo(window.zone)).replace(fold=fold).astimezone(UTC)
            for fold in (0, 1)
        )
        if second >= first:
            yield first
            yield second
        else:  # skipped: the change lies between the two readings
            instant = second
            while instant < first and instant.astimezone(ZoneInfo(window.zone)).utcoffset() == (
                second.astimezone(ZoneInfo(window.zone)).utcoffset()
            ):
                instant += MINUTE
            yield instant
