"""Lanes: how soon each kind of fact is to be seen, as ``group.toml`` declares it.

A lane carries exactly one thing: ``topics``, events that the resident worker shows as they come;
``streams``, which a schedule loads into raw; or ``marts``, which the whole line keeps no older than the
lane's cadence. What runs a lane is orchestration's business.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from fnmatch import fnmatchcase
from typing import Any, Protocol

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
CARRIED = ("topics", "streams", "marts")
DAY = timedelta(days=1)
SLOWEST_WORKER = timedelta(minutes=1)


@dataclass(frozen=True)
class Lane:
    """``every`` is its cadence; ``at``, on the group's clock, is when a daily one is due.

    A ``window`` keeps it within that window; without one it is shut in blackouts only.
    """

    name: str
    every: timedelta
    owner: str
    topics: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()
    marts: tuple[str, ...] = ()
    at: time | None = None
    window: str | None = None

    @property
    def carried(self) -> tuple[str, ...]:
        return self.topics or self.streams or self.marts

    def takes(self, topic: str) -> bool:
        """Whether an event of this topic is the lane's: ``orders/*`` is every topic of orders."""
        return any(fnmatchcase(topic, pattern) for pattern in self.topics)

    @property
    def cron(self) -> str:
        """Its cadence as a schedule says it, on the group's clock."""
        minutes = int(self.every.total_seconds() // 60)
        if self.every == DAY:
            at = self.at or time(0)
            return f"{at.minute} {at.hour} * * *"
        return f"*/{minutes} * * * *" if minutes < 60 else f"0 */{minutes // 60} * * *"


class Reader(Protocol):
    """What reads the group file: typed values out of a TOML table, or a complaint that names the place."""

    def fail(self, where: str, complaint: str) -> Exception: ...
    def text(self, entry: dict[str, Any], key: str, where: str) -> str: ...
    def clock(self, entry: dict[str, Any], key: str, where: str) -> time: ...


def lane(
    reader: Reader,
    name: str,
    entry: dict[str, Any],
    streams: Mapping[str, tuple[str, ...]],
    windows: Mapping[str, Any],
) -> Lane:
    """``streams``: system of the group -> the streams that can be loaded by themselves."""
    where = f"lane '{name}'"
    if unknown := sorted(set(entry) - {*CARRIED, "every", "at", "owner", "window"}):
        raise reader.fail(where, f"'{unknown[0]}' is no setting of a lane; remove it")
    carried = {kind: _listed(reader, entry, kind, where) for kind in CARRIED if kind in entry}
    if len(carried) != 1:
        raise reader.fail(where, f"it carries one of {', '.join(CARRIED)}; it names {len(carried)}")
    for stream in carried.get("streams", ()):
        _known(reader, stream, streams, where)
    window = reader.text(entry, "window", where) if "window" in entry else None
    if window and window not in windows:
        raise reader.fail(where, f"window '{window}' is unknown; declare [windows.{window}]")
    every = _cadence(reader, entry, where, resident="topics" in carried)
    if "at" in entry and every != DAY:
        raise reader.fail(where, "'at' is for a lane of every = '1d'; remove it")
    return Lane(
        name=name,
        every=every,
        owner=reader.text(entry, "owner", where),
        at=reader.clock(entry, "at", where) if "at" in entry else None,
        window=window,
        **carried,
    )


def _listed(reader: Reader, entry: dict[str, Any], kind: str, where: str) -> tuple[str, ...]:
    value = entry[kind]
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        raise reader.fail(where, f"'{kind}' is {value!r}; write a list of names")
    return tuple(value)


def _known(reader: Reader, stream: str, streams: Mapping[str, tuple[str, ...]], where: str) -> None:
    system, _, name = stream.partition(".")
    if system not in streams:
        raise reader.fail(
            where,
            f"stream '{stream}': the group has no account of '{system}'; it has {', '.join(streams)}",
        )
    if name and name not in streams[system]:
        can = ", ".join(streams[system]) or f"none, so write '{system}' for all of it"
        raise reader.fail(
            where, f"stream '{stream}' can't be loaded by itself; of {system} these can: {can}"
        )


def _cadence(reader: Reader, entry: dict[str, Any], where: str, *, resident: bool) -> timedelta:
    """Even parts of an hour or a day, so that a schedule can keep it; a worker looks every few seconds."""
    value = reader.text(entry, "every", where)
    given = re.fullmatch(r"(\d+)([smhd])", value)
    every = timedelta(seconds=int(given[1]) * SECONDS[given[2]]) if given else timedelta(0)
    if resident and timedelta(0) < every <= SLOWEST_WORKER:
        return every
    minutes = every.total_seconds() / 60
    even = minutes >= 1 and (60 % minutes == 0 or (minutes % 60 == 0 and 1440 % minutes == 0))
    if resident or not even:
        wanted = "1s to 60s" if resident else "an even part of an hour or a day: 15m, 20m, 6h, 1d"
        raise reader.fail(where, f"every = '{value}'; write {wanted}")
    return every
