"""Roots that Shopify will not give whole: asked for anew, then buried, so that one never stops its batch.

A fault of one object becomes its dead letter. A fault of many is Shopify's, and stops the stream.
"""

from collections.abc import Callable
from typing import Any

from ingestion.errors import IncompleteLoad, LoadError, VendorError
from ingestion.landing import Landing
from ingestion.tables import Table

TRIES = 3  # of one root whose answers contradict each other
ONE_IN = 100  # roots may be buried, and one of fewer
MOST = 10  # in one reading, however large: what fails so often is waited for each time

Node = dict[str, Any]


class Poison:
    """Takes a stream's roots. ``again`` asks for one by its id; ``alive`` raises if nothing answers at all."""

    def __init__(
        self,
        landing: Landing,
        table: Table,
        take: Callable[[Node], None],
        again: Callable[[str], Node],
        alive: Callable[[], object],
    ) -> None:
        self._landing, self._table = landing, table
        self._take, self._again, self._alive = take, again, alive
        self._buried: dict[str, LoadError] = {}

    def take(self, root: Node) -> None:
        """Hand a root and all under it to the landing, or bury it."""
        mark, id_ = self._landing.mark(), root["id"]
        for attempt in range(1, TRIES + 1):
            try:
                self._take(root if attempt == 1 else self._again(id_))
            except IncompleteLoad as error:
                self._landing.rewind(mark)
                failed: LoadError = error
            except VendorError as error:
                self._landing.rewind(mark)
                self._alive()  # it was asked again and again already: is it this object, or Shopify?
                failed = error
                break
            else:
                return
        self._bury(id_, failed)

    def check(self, taken: int) -> None:
        """All roots came, so many: raise what stopped the first one buried if there are too many."""
        if len(self._buried) > max(1, taken // ONE_IN):
            raise next(iter(self._buried.values()))

    def _bury(self, id_: str, failed: LoadError) -> None:
        self._buried[id_] = failed
        if len(self._buried) > MOST:
            raise failed
        # The error without whom it is about, which the letter says, and what to do in another case.
        said = str(failed).removeprefix(f"{self._landing.where}: ").partition(";")[0]
        self._landing.bury(self._table, id_, f"Shopify doesn't give it whole: {said}", id_)
