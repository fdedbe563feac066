"""Writes arriving events to the store's file: one thread, many events per commit, an answer per event.

A commit costs one wait for the disk, whatever it holds; so what arrives meanwhile goes into the next one.
"""

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing

from ingestion.webhooks.events import COLUMNS, Arrived, said

CONSUMERS = ("raw", "live")  # the drain into the warehouse, and the fast lane
MOST_AT_ONCE = 500  # events written by one commit


class Writer:
    """``connect`` opens the file; the thread starts with the first event."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._arrivals: queue.SimpleQueue[tuple[Arrived, Future[bool]] | None]
        self._arrivals = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def submit(self, event: Arrived) -> "Future[bool]":
        """Whether the event is new, told when it is on disk."""
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._write, name="webhooks", daemon=True)
                self._thread.start()
        kept: Future[bool] = Future()
        self._arrivals.put((event, kept))
        return kept

    def close(self) -> None:
        """Write what was submitted, then end the thread."""
        with self._starting:
            if self._thread is not None:
                self._arrivals.put(None)
                self._thread.join()
                self._thread = None

    def _write(self) -> None:
        with closing(self._connect()) as con:
            while (first := self._arrivals.get()) is not None:
                batch, ended = [first], False
                while len(batch) < MOST_AT_ONCE and not self._arrivals.empty():
                    following = self._arrivals.get()
                    if following is None:
                        ended = True
                        break
                    batch.append(following)
                _commit(con, batch)
                if ended:
                    return


def _commit(con: sqlite3.Connection, batch: list[tuple[Arrived, "Future[bool]"]]) -> None:
    """Write a batch as one; each sender hears of it only when the disk has it, or why it hasn't."""
    try:
        con.execute("begin immediate")
        new = [_insert(con, event) for event, _ in batch]
        con.execute("commit")
    except sqlite3.Error as error:
        if con.in_transaction:
            con.execute("rollback")
        for _, kept in batch:
            kept.set_exception(error)
        return
    for (_, kept), is_new in zip(batch, new, strict=True):
        kept.set_result(is_new)


def _insert(con: sqlite3.Connection, event: Arrived) -> bool:
    found = con.execute(
        f"insert into events ({COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?)"
        " on conflict (account, event_id) do nothing returning number",
        [
            event.system,
            event.account,
            event.event_id,
            event.topic,
            None if event.occurred_at is None else said(event.occurred_at),
            said(event.received_at),
            event.body,
            event.subject,
        ],
    ).fetchone()
    if found is None:
        return False
    con.executemany(
        "insert into waiting values (?, ?)", [(consumer, found[0]) for consumer in CONSUMERS]
    )
    return True
