"""Shopify's bulk operations: up to five at once, the next as places free; no count is believed unchecked."""

import logging
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingestion.errors import IncompleteLoad, VendorError
from ingestion.landing import Landing
from ingestion.shopify_api import Shop
from ingestion.shopify_documents import bulk
from ingestion.shopify_questions import AT_ONCE, poll_bulk, run_bulk
from ingestion.shopify_streams import Stream

WAITING = frozenset({"CREATED", "RUNNING", "CANCELING"})
BUSY = frozenset({"OPERATION_IN_PROGRESS", "LIMIT_REACHED"})  # places may be another app's
SIZED = 1_000  # roots for which an operation is waited for once more as long as for none

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wanted:
    """A stream to read in bulk. ``size``: about how many roots, which spaces the polls."""

    stream: Stream
    search: str
    size: int


class Operations:
    """The bulk operations of one load of one shop."""

    def __init__(self, shop: Shop, wanted: Sequence[Wanted]) -> None:
        self.shop, self.patience = shop, shop.client.patience
        self.wanted = {one.stream.name: one for one in wanted}
        self.waiting = deque(self.wanted)
        self.running: dict[str, str] = {}
        self.refused: dict[str, str] = {}
        self._waited = 0.0

    def start(self) -> None:
        """Start as many as Shopify takes; those it has no place for wait, those it won't run are ``refused``."""
        names = [self.waiting[place] for place in range(min(self._free, len(self.waiting)))]
        if not names:
            return
        texts = {name: bulk(self.wanted[name].stream, self.wanted[name].search) for name in names}
        answers = self.shop.query(run_bulk(names), texts)
        for name in names:
            errors = answers[name]["userErrors"]
            if errors and all(error["code"] in BUSY for error in errors):
                continue
            self.waiting.remove(name)
            if errors:
                self.refused[name] = "; ".join(error["message"] for error in errors)
            else:
                self.running[name] = answers[name]["bulkOperation"]["id"]

    def ended(self) -> Iterator[tuple[str, Mapping[str, Any] | None]]:
        """Each stream's name as its operation ends, with its last state; None: Shopify won't run it.

        Raises ``IncompleteLoad`` when one ends otherwise than completed.
        """
        pause = 0.0
        while self.waiting or self.running or self.refused:
            for name, said in list(self.refused.items()):
                del self.refused[name]
                logger.warning("%s: no bulk operation: %s", self._where(name), said)
                yield name, None
            if not self.running and not self.waiting:
                continue
            pause = self._sleep(pause)
            states = (
                self.shop.query(poll_bulk(list(self.running)), self.running) if self.running else {}
            )
            done = [name for name, state in states.items() if _status(state) not in WAITING]
            for name in done:
                del self.running[name]
            self.start()  # before their files are read: Shopify works meanwhile
            for name in done:
                self._check(name, states[name])
                yield name, states[name]
            if done:
                pause = self._waited = 0.0

    @property
    def _free(self) -> int:
        return AT_ONCE - len(self.running)

    def _sleep(self, pause: float) -> float:
        """Wait for the smallest that runs, then each time longer; gives back how long it was."""
        if self._waited > self.patience.poll_total:
            names = ", ".join([*self.running, *self.waiting])
            raise VendorError(
                f"shopify {self.shop.account.account}: bulk operations of {names} still wait after"
                f" {self._waited:.0f} s; see in the shop which apps run bulk operations, then load again"
            )
        smallest = min((self.wanted[name].size for name in self.running), default=0)
        first = self.patience.poll_first * (1 + smallest / SIZED)
        pause = min(pause * 1.5 or first, self.patience.poll_longest)
        time.sleep(pause)
        self._waited += pause
        return pause

    def _check(self, name: str, state: Mapping[str, Any] | None) -> None:
        if _status(state) != "COMPLETED":
            raise IncompleteLoad(
                f"{self._where(name)}: the bulk operation ended {_status(state)}"
                f" ({(state or {}).get('errorCode') or 'no error code'}); nothing of it was kept, load"
                " again",
                stream=name,
            )

    def _where(self, name: str) -> str:
        return f"shopify {self.shop.account.account}, {name}"


def _status(state: Mapping[str, Any] | None) -> str:
    return state["status"] if state else "UNKNOWN"


def collect(
    shop: Shop, stream: Stream, state: Mapping[str, Any], landing: Landing, folder: Path
) -> int:
    """Hand the lines of a completed operation to the landing; gives back how many roots it holds."""
    where = f"shopify {shop.account.account}, {stream.name}"
    objects, roots = int(state["objectCount"]), int(state["rootObjectCount"])
    if objects == 0:
        return 0
    if not state["url"]:
        raise IncompleteLoad(f"{where}: {objects} objects and no file; load again")
    file = shop.client.download(state["url"], folder / f"{stream.name}.bulk.jsonl")
    try:
        with file.open("rb") as lines:
            seen = landing.add_file(lines)
    finally:
        file.unlink()
    if seen != objects:
        raise IncompleteLoad(
            f"{where}: the bulk file has {seen} lines, Shopify counts {objects} objects;"
            " it was cut short, load again"
        )
    # Under an object Shopify's count of roots is of that object.
    return objects if stream.under else roots
