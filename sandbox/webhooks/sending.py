"""Posts deliveries to an intake as vendors do: at a rate, repeated or out of order, again when nobody answers."""

import http.client
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import urlsplit

from sandbox.webhooks.delivery import Delivery

WORKERS = 8
TIMEOUT = 10.0
AGAIN_SECONDS = 0.5  # vendors wait longer; their receivers are not restarted by a test


@dataclass(frozen=True)
class How:
    """``rate``: events per second, for ``seconds``; without a rate each event once, as fast as it goes.

    ``duplicate``: share of the events that are sent twice; ``patience``: seconds of trying again.
    """

    to: str
    rate: float = 0.0
    seconds: float = 0.0
    shuffle: bool = False
    duplicate: float = 0.0
    patience: float = 60.0
    seed: int = 7

    def __post_init__(self) -> None:
        if urlsplit(self.to).scheme != "http":
            raise ValueError(f"'{self.to}' is no http:// address of an intake")
        if not 0 <= self.duplicate <= 1:
            raise ValueError(f"--duplicate is {self.duplicate}; give a share from 0 to 1")
        if bool(self.rate) != bool(self.seconds):
            raise ValueError("--rate and --seconds belong together")


@dataclass
class Sent:
    """What became of it: answers by status, and account and id of the events that were acknowledged."""

    statuses: Counter[int] = field(default_factory=Counter)
    acknowledged: set[tuple[str, str]] = field(default_factory=set)
    waits: list[float] = field(default_factory=list)  # seconds from due to acknowledged
    unanswered: int = 0
    retries: int = 0
    seconds: float = 0.0

    @property
    def told(self) -> dict[str, Any]:
        answers = sum(self.statuses.values())
        return {
            "answers": {str(status): n for status, n in sorted(self.statuses.items())},
            "events": len(self.acknowledged),
            "unanswered": self.unanswered,
            "retries": self.retries,
            "seconds": round(self.seconds, 1),
            "per_second": round(answers / self.seconds, 1) if self.seconds else 0.0,
        }


def send(deliveries: Sequence[Delivery], secrets: dict[str, str], how: How) -> Sent:
    """Send them; ``secrets``: account -> what it signs with. Returns when all were answered or given up."""
    sent, lock, begun = Sent(), threading.Lock(), time.monotonic()
    waiting: SimpleQueue[tuple[float, Delivery]] = SimpleQueue()
    for item in _timed(deliveries, how):
        waiting.put(item)
    workers = [
        threading.Thread(target=_work, args=(waiting, secrets, how, sent, lock, begun), daemon=True)
        for _ in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    sent.seconds = time.monotonic() - begun
    return sent


def _timed(deliveries: Sequence[Delivery], how: How) -> Iterator[tuple[float, Delivery]]:
    """Each delivery with the second it is due; to hold a rate, what happened is told again and again."""
    drawn = random.Random(how.seed)
    ordered = list(deliveries)
    if how.shuffle:
        drawn.shuffle(ordered)
    if not ordered:
        return
    wanted = round(how.rate * how.seconds) if how.rate else len(ordered)
    for number, place in zip(range(wanted), count(), strict=False):
        delivery = ordered[place % len(ordered)].again(place // len(ordered))
        due = number / how.rate if how.rate else 0.0
        yield due, delivery
        if drawn.random() < how.duplicate:
            yield due, delivery


def _work(
    waiting: SimpleQueue[tuple[float, Delivery]],
    secrets: dict[str, str],
    how: How,
    sent: Sent,
    lock: threading.Lock,
    begun: float,
) -> None:
    address = urlsplit(how.to)
    line = _Line(address.hostname or "", address.port or 80, address.path.rstrip("/"))
    while True:
        try:
            due, delivery = waiting.get_nowait()
        except Empty:
            line.close()
            return
        time.sleep(max(0.0, begun + due - time.monotonic()))
        until = time.monotonic() + how.patience
        while True:
            status = line.post(delivery, secrets[delivery.account])
            if status is not None and status < 500:
                break
            if time.monotonic() > until:
                break
            with lock:
                sent.retries += 1
            time.sleep(AGAIN_SECONDS)
        with lock:
            if status is None:
                sent.unanswered += 1
            else:
                sent.statuses[status] += 1
            if status is not None and 200 <= status < 300:
                sent.acknowledged.add((delivery.account, delivery.event_id))
                sent.waits.append(time.monotonic() - begun - due)


class _Line:
    """One kept-alive connection; None for an answer that didn't come."""

    def __init__(self, host: str, port: int, path: str) -> None:
        self._host, self._port, self._path = host, port, path
        self._connection: http.client.HTTPConnection | None = None

    def post(self, delivery: Delivery, secret: str) -> int | None:
        headers, body = delivery.sent(secret)
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(
                    self._host, self._port, timeout=TIMEOUT
                )
            path = f"{self._path}/webhooks/{delivery.account}"
            self._connection.request("POST", path, body, headers)
            answer = self._connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return None
        return answer.status

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
