"""`concord live`: the fast lane's worker, resident until it is interrupted; one at a time per warehouse.

What it came to stands in `live.json` beside `live.duckdb`, renewed every round, for whoever watches it.
"""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console

from ingestion import group as group_file
from ingestion.group import Group
from ingestion.lanes import Lane
from ingestion.live_deltas import Standing
from orchestration import environment, live_file
from orchestration.live import FastLane, LiveError


def work(console: Console, *, once: bool) -> int:
    """Round after round; ``once``: until nothing waits. 0 if everything is shown that came, else 1."""
    group = group_file.load(environment.group_file())
    lane, link = transactional(group), environment.live_path()
    live_file.refuse_to_overwrite(link)

    def say(line: str) -> None:
        stamped = f"{datetime.now(UTC):%H:%M:%S} {line}"
        console.print(stamped, highlight=False, soft_wrap=True, markup=False)

    with _only_one(link.with_suffix("")):
        live_file.sweep(link)
        fast, problem = FastLane(group, lane, say), None
        say(f"lane {lane.name}: {', '.join(lane.topics)} every {lane.every.seconds} s -> {link}")
        while True:
            problem = _round(fast, problem, say)
            standing = fast.deltas.standing()
            _note(link, lane, problem, standing)
            if fast.is_behind:
                continue
            if once:
                return 1 if problem or standing.waiting else 0
            time.sleep(lane.every.total_seconds())


def transactional(group: Group) -> Lane:
    """The lane of the group that carries topics."""
    lanes = [lane for lane in group.lanes.values() if lane.topics]
    if len(lanes) != 1:
        raise ValueError(
            f"{environment.group_file()}: {len(lanes)} lanes carry topics and the worker needs one; write"
            ' [lanes.transactional] with every = "5s" and topics = ["orders/*"]'
        )
    return lanes[0]


def said(link: Path) -> dict[str, Any] | None:
    """What the worker last wrote of itself."""
    file = link.with_suffix(".json")
    return json.loads(file.read_text()) if file.exists() else None


def _round(fast: FastLane, before: str | None, say: Callable[[str], None]) -> str | None:
    """One round; what keeps it from showing what came, told once."""
    try:
        fast.round()
        problem = None if fast.is_shown else before
    except (LiveError, duckdb.IOException) as error:
        problem = str(error)
    if problem and problem != before:
        say(problem)
    return problem


def _note(link: Path, lane: Lane, problem: str | None, standing: Standing) -> None:
    oldest = standing.oldest_waiting_at
    noted = {
        "lane": lane.name,
        "state": "held" if problem else "shown",
        "message": problem,
        "checked_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "process": os.getpid(),
        "live_orders": standing.orders,
        "waiting_events": standing.waiting,
        "oldest_waiting_at": oldest.replace(tzinfo=UTC).isoformat() if oldest else None,
    }
    fresh = link.with_name(".live.json.new")
    fresh.write_text(json.dumps(noted, indent=2) + "\n")
    fresh.replace(link.with_suffix(".json"))


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """The system lets go of the lock when the process ends, however it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "worker.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ValueError(
                f"another worker has the fast lane of {folder}; `concord status` shows it"
            ) from None
        yield
