"""Events are on disk before anyone hears so, once each, and every consumer gets all of them in order."""

import os
import signal
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingestion.webhooks.store import Arrived, Store, store_of

NOON = datetime(2026, 10, 15, 12)
# Puts events until it is killed, and says which were acknowledged.
PUTTER = """
import sys
from datetime import datetime
from pathlib import Path
from ingestion.webhooks.store import Arrived, Store

store = Store(Path(sys.argv[1]))
number = 0
while True:
    moment = datetime(2026, 10, 15)
    store.put(Arrived(system="stripe", account="a", event_id=f"evt_{number}", topic="t",
                      occurred_at=moment, received_at=moment, body=b"{}"))
    print(number, flush=True)
    number += 1
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(store_of(tmp_path / "warehouse.duckdb"))


def arrived(number: int, account: str = "shop", **more: Any) -> Arrived:
    given: dict[str, Any] = {
        "system": "shopify",
        "event_id": f"e{number}",
        "topic": "orders/create",
        "occurred_at": NOON,
        "received_at": NOON + timedelta(seconds=number),
        "body": b"{}",
    }
    return Arrived(account=account, **(given | more))


def test_an_event_is_stored_once_per_account_however_often_it_comes(store: Store):
    assert store.put(arrived(1))
    assert not store.put(arrived(1, body=b'{"again": true}'))
    assert store.put(arrived(1, account="other"))
    kept = store.waiting("raw", 10)
    assert [(event.account, event.body) for event in kept] == [("shop", b"{}"), ("other", b"{}")]


def test_consumers_go_on_by_themselves_and_get_the_oldest_first(store: Store):
    for number in (3, 1, 2):
        store.put(arrived(number))
    first = store.waiting("live", 2)
    assert [event.event_id for event in first] == ["e3", "e1"]
    store.done("live", [event.number for event in first])
    assert [event.event_id for event in store.waiting("live", 10)] == ["e2"]
    assert (store.depth("live"), store.depth("raw")) == (1, 3)
    assert store.oldest("live") == NOON + timedelta(seconds=2)


def test_what_was_done_comes_again_when_asked_for_since_a_moment(store: Store):
    for number in range(5):
        store.put(arrived(number, account="shop" if number % 2 else "other"))
    store.done("raw", [event.number for event in store.waiting("raw", 10)])
    found = list(store.since(NOON + timedelta(seconds=2), account="shop"))
    assert [event.event_id for event in found] == ["e3"]
    assert store.again("raw", [event.number for event in found]) == 1
    assert [event.event_id for event in store.waiting("raw", 10)] == ["e3"]


def test_two_events_of_one_object_and_second_are_known_to_compete(store: Store):
    one, other = arrived(1, subject="ch_1"), arrived(2, subject="ch_1")
    later = arrived(3, subject="ch_1", occurred_at=NOON + timedelta(seconds=1))
    for event in (one, other, later, arrived(4, subject="ch_2")):
        store.put(event)
    assert [e.event_id for e in store.waiting("raw", 9) if e.number in store.contested([e])] == [
        "e1",
        "e2",
    ]


def test_many_threads_are_answered_by_few_commits(store: Store):
    answered: list[bool] = []
    senders = [
        threading.Thread(
            target=lambda n=n: answered.extend(store.put(arrived(n * 50 + m)) for m in range(50))
        )
        for n in range(4)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert answered.count(True) == 200 == store.depth("raw")
    store.close()
    assert store.put(arrived(999)), "a closed store writes again when it is asked to"


def test_what_was_acknowledged_outlives_kill_9(tmp_path: Path):
    file = tmp_path / "webhooks.sqlite"
    process = subprocess.Popen(
        [sys.executable, "-c", PUTTER, str(file)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    acknowledged = [process.stdout.readline().strip() for _ in range(25)]
    os.kill(process.pid, signal.SIGKILL)
    acknowledged += process.stdout.read().split()
    process.wait()
    kept = [event.event_id for event in Store(file).waiting("raw", 100_000)]
    assert {f"evt_{number}" for number in acknowledged if number} <= set(kept)
    assert len(kept) == len(set(kept))


def test_an_unknown_consumer_is_refused(store: Store):
    with pytest.raises(ValueError, match="no consumer 'slow' of events; choose from raw, live"):
        store.waiting("slow", 1)
