"""The fast lane's latency: an event is acknowledged by the intake, and its order stands in `live.orders`.

Real events of the sandbox's last days, a second apart, through the real intake and the resident worker; the file
that BI reads is looked at five times a second. ``python -m tests.bench.live`` prints the row of ``make bench``.
"""

import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from ingestion.live_deltas import ORDER
from ingestion.webhooks.store import Store, Stored, store_of
from tests.end_to_end.group import PROJECT, ServedGroup, Warehouse

OPTIONS = ["--seed", "11", "--orders", os.environ.get("BENCH_LIVE_ORDERS", "1000"), "--days", "400"]
DAYS = "6"  # whose events are sent
EVENTS, RATE = 50, 1.0
LOOK_SECONDS = 0.2
GIVE_UP_SECONDS = 900


class Watch:
    """When each event of an order was first seen in `live.orders`."""

    def __init__(self, mine: Warehouse) -> None:
        self.store, self.link = Store(store_of(mine.path)), mine.folder / "live.duckdb"
        self.begun = datetime.now(UTC).replace(tzinfo=None)
        self.seen: dict[
            int, float
        ] = {}  # event -> seconds from its arrival to the look that found it
        self._version: Path | None = None

    def look(self) -> None:
        version = self.link.resolve()
        if version == self._version or not version.exists():
            return
        shown = self._shown()
        now = datetime.now(UTC).replace(tzinfo=None)
        for event in self.events():
            newest = shown.get((event.account, (event.subject or "").removeprefix(ORDER)))
            if event.number not in self.seen and newest and newest >= event.received_at:
                self.seen[event.number] = (now - event.received_at).total_seconds()
        self._version = version

    def events(self) -> list[Stored]:
        return [e for e in self.store.since(self.begun) if (e.subject or "").startswith(ORDER)]

    def _shown(self) -> dict[tuple[str, str], datetime]:
        with (
            suppress(duckdb.IOException),  # a version so old that it was swept meanwhile
            duckdb.connect(str(self.link), read_only=True) as con,
        ):
            rows = con.execute(
                "select account, order_id, event_received_at from live.orders where is_live"
            ).fetchall()
            return {(account, order): received_at for account, order, received_at in rows}
        return {}


def measure(events: int = EVENTS, rate: float = RATE) -> dict[str, Any]:
    """Seconds from the intake's acknowledgement to a reader's sight, over the first ``events`` events."""
    with tempfile.TemporaryDirectory() as temporary:
        served = ServedGroup(Path(temporary) / "served", OPTIONS).start()
        started: list[subprocess.Popen[str]] = []
        try:
            mine = Warehouse(Path(temporary) / "warehouse", served.file)
            ran = mine.run()
            if ran.returncode:
                raise SystemExit(ran.stdout[-4000:])
            served.command("advance", "--days", DAYS)
            group = ("--group", str(served.file))
            started.append(intake := mine.start("webhooks", "serve", "--port", "0", *group))
            url = _first_line(intake).removeprefix("ready: ").partition("/webhooks/")[0]
            started.append(worker := mine.start("live", *group))
            while not (mine.folder / "live.duckdb").exists():
                time.sleep(LOOK_SECONDS)
            started.append(_sender(served, url, rate, seconds=events * 8 / rate))
            watch = Watch(mine)
            until = time.monotonic() + GIVE_UP_SECONDS
            while len(watch.seen) < events and time.monotonic() < until:
                time.sleep(LOOK_SECONDS)
                watch.look()
            peak = _peak_mb(worker)
        finally:
            for process in reversed(started):
                process.send_signal(signal.SIGKILL)
                process.wait()
            served.stop()
    waits = sorted(list(watch.seen.values())[:events])
    return {
        "events": len(waits),
        "median": round(statistics.median(waits), 1),
        "p95": round(waits[len(waits) * 95 // 100], 1),
        "longest": round(waits[-1], 1),
        "peak_mb": peak,
    }


def row(found: dict[str, Any]) -> dict[str, Any]:
    """A row of the bench's table; its seconds are the median."""
    return {
        "stage": "fast lane: event to live.orders",
        "size": f"{found['events']} events, {OPTIONS[3]} orders",
        "seconds": found["median"],
        "peak_mb": found["peak_mb"],
        "reference": f"median; p95 {found['p95']} s, longest {found['longest']} s, promised 60 s",
        "ratio": None,
    }


def _first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline()


def _sender(served: ServedGroup, url: str, rate: float, seconds: float) -> subprocess.Popen[str]:
    asked = ["--to", url, "--days", DAYS, "--rate", str(rate), "--seconds", str(seconds)]
    return subprocess.Popen(
        [sys.executable, "-m", "sandbox", "webhooks", *asked, "--group", str(served.file)],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        text=True,
    )


def _peak_mb(process: subprocess.Popen[str]) -> int:
    status = Path(f"/proc/{process.pid}/status").read_text()
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) // 1024 if found else 0


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(), indent=1) + "\n")
