"""The intake under load: 500 events a second, its process killed in the middle, nothing acknowledged lost.

The sender is the sandbox's, over loopback; orders' bodies have the size of real ones. ``python -m
tests.bench.webhooks`` prints the row that ``make bench`` shows.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from ingestion.webhooks.store import Store, store_of
from sandbox.webhooks.delivery import Delivery, event_id
from sandbox.webhooks.sending import How, Sent, send

PROJECT = Path(__file__).resolve().parents[2]
CONCORD = str(Path(sys.executable).with_name("concord"))
SECRET, ACCOUNT = "shpss_of_the_bench", "bench-shop"
BODY_BYTES = 4_500
BODIES = 500
DUPLICATE = 0.02
LONG_AGO = datetime(2000, 1, 1)
GROUP = f"""
[group]
name = "Bench"
currency = "EUR"
zone = "Europe/Berlin"

[[accounts]]
system = "shopify"
account = "{ACCOUNT}"
legal_entity = "bench"
base_url = "http://127.0.0.1:1"
zone = "Europe/Berlin"
currency = "EUR"
webhook_secret_env = "BENCH_WEBHOOK_SECRET"
owner = "bench"
"""


class Intake:
    """`concord webhooks serve` in a process of its own, on one port through all its lives."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.warehouse = folder, folder / "warehouse.duckdb"
        self.group = folder / "group.toml"
        self.group.write_text(GROUP)
        self.port = 0
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [CONCORD, "webhooks", "serve", "--group", str(self.group), "--port", str(self.port)],
            cwd=PROJECT,
            env=os.environ
            | {"BENCH_WEBHOOK_SECRET": SECRET, "WAREHOUSE_PATH": str(self.warehouse)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        ready = self.process.stdout.readline()
        assert ready.startswith("ready"), "the intake ended before it was ready"
        self.port = int(ready.split("/webhooks/")[0].rsplit(":", 1)[1])

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


def measure(rate: int = 500, seconds: int = 60) -> dict[str, Any]:
    """Hold the rate, kill the intake half-way, start it again; what was lost and stored twice is counted."""
    with tempfile.TemporaryDirectory() as temporary:
        intake = Intake(Path(temporary))
        how = How(
            f"http://127.0.0.1:{intake.port}", rate=rate, seconds=seconds, duplicate=DUPLICATE
        )
        kept: list[Sent] = []
        sender = threading.Thread(
            target=lambda: kept.append(send(_orders(), {ACCOUNT: SECRET}, how)), daemon=True
        )
        begun = time.monotonic()
        sender.start()
        time.sleep(seconds / 2)
        intake.kill()
        down = time.monotonic()
        intake.start()
        down = time.monotonic() - down
        sender.join()
        intake.stop()
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        stored = Counter(
            event.event_id.partition(":")[0]
            for event in Store(store_of(intake.warehouse)).since(LONG_AGO)
        )
        (sent,) = kept
        waits = sorted(sent.waits)
        return {
            "rate": rate,
            "seconds": round(time.monotonic() - begun, 1),
            "peak_mb": round(peak),
            "acknowledged": len(sent.acknowledged),
            "deliveries": sum(sent.statuses.values()),
            "unanswered": sent.unanswered,
            "lost": len({id_ for _, id_ in sent.acknowledged} - set(stored)),
            "stored_twice": sum(count > 1 for count in stored.values()),
            "down_seconds": round(down, 1),
            "median_ms": round(waits[len(waits) // 2] * 1000, 1),
            "p95_ms": round(waits[len(waits) * 95 // 100] * 1000, 1),
        }


def row(found: dict[str, Any]) -> dict[str, Any]:
    """A row of the bench's table."""
    return {
        "stage": "webhooks, killed half-way",
        "size": f"{found['acknowledged']} events at {found['rate']}/s",
        "seconds": found["seconds"],
        "peak_mb": found["peak_mb"],
        "reference": f"lost {found['lost']}, stored twice {found['stored_twice']},"
        f" median {found['median_ms']} ms, p95 {found['p95_ms']} ms",
        "ratio": None,
    }


def _orders() -> list[Delivery]:
    moment = datetime(2026, 10, 15, 6)
    made = []
    for number in range(BODIES):
        gid = f"gid://shopify/Order/{number}"
        order = {"id": number, "admin_graphql_api_id": gid, "note": "x" * BODY_BYTES}
        body = json.dumps(order).encode()
        made.append(
            Delivery(
                "shopify",
                ACCOUNT,
                "orders/updated",
                event_id(gid),
                moment,
                body,
                "bench.myshopify.com",
            )
        )
    return made


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(), indent=1) + "\n")
