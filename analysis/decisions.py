"""What stewards decided: records that are one person, and records that must not be.

Of two decisions about one pair the later counts. A pair that must not be is separated where it would
otherwise be one component: evidence is taken in again, the strongest and oldest first and that of the
record that leaves last, and whatever would join the two is refused.
"""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.identity_tables import NONE

LINK, CANNOT_LINK = "link", "cannot_link"


@dataclass(frozen=True)
class Pairs:
    """Pairs of places; ``row`` is each one's place in the table it is from."""

    source: np.ndarray
    target: np.ndarray
    row: np.ndarray


@dataclass(frozen=True)
class Decided:
    links: Pairs
    cannot: Pairs
    loose_count: int  # decisions about a record that isn't there


def standing(decisions: pa.Table, sources: np.ndarray, targets: np.ndarray) -> Decided:
    """The decisions that count, by the places of their records (-1: not there)."""
    here = np.flatnonzero((sources != NONE) & (targets != NONE) & (sources != targets))
    low, high = np.minimum(sources, targets), np.maximum(sources, targets)
    decided_at = pc.fill_null(decisions["decided_at"].cast(pa.int64()), 0).to_numpy()
    is_link = pc.equal(decisions["decision"], LINK).to_numpy()
    # Of a pair decided both ways at one time, apart is what can be put right later.
    keys = (sources, ~is_link, decided_at, high, low)
    order = here[np.lexsort([key[here] for key in keys])]
    last = np.ones(len(order), dtype=bool)
    last[:-1] = (low[order][1:] != low[order][:-1]) | (high[order][1:] != high[order][:-1])
    kept = order[last]
    links, cannot = kept[is_link[kept]], kept[~is_link[kept]]
    return Decided(
        Pairs(sources[links], targets[links], links),
        Pairs(sources[cannot], targets[cannot], cannot),
        loose_count=len(sources) - len(here),
    )


def separate(
    labels: np.ndarray,
    cannot: Pairs,
    evidence: Sequence[tuple[np.ndarray, np.ndarray]],
) -> list[np.ndarray]:
    """Which evidence is refused, so that no pair of ``cannot`` is one component: a mask for each kind.

    ``evidence`` is one (record, other end) per kind, the strongest kind first; records are numbered from
    the oldest, other ends that are no records from the last record on.
    """
    refused = [np.zeros(len(ends[0]), dtype=bool) for ends in evidence]
    together = labels[cannot.source] == labels[cannot.target]
    if not together.any():
        return refused
    touched = np.zeros(len(labels), dtype=bool)
    touched[labels[cannot.source[together]]] = True
    leaving = set(cannot.source[together].tolist())
    steps = [
        (record in leaving or other in leaving, kind, record, other, row)
        for kind, (records, others) in enumerate(evidence)
        for row in np.flatnonzero(touched[labels[records]]).tolist()
        for record, other in [(int(records[row]), int(others[row]))]
    ]
    apart = _Apart(zip(cannot.source.tolist(), cannot.target.tolist(), strict=True))
    for _, kind, record, other, row in sorted(steps):
        refused[kind][row] = not apart.join(record, other)
    return refused


def cut_at(
    ids: pa.Array, is_cut: np.ndarray, cannot: Pairs, decisions: pa.Table
) -> dict[str, np.datetime64]:
    """When a decision ended the statements of each record that it took something from (``is_cut``)."""
    decided_at = decisions["decided_at"].to_pylist()
    known = [decided_at[row] for row in cannot.row.tolist() if decided_at[row]]
    records = ids.filter(pa.array(is_cut)).to_pylist()
    if not known or not records:
        return {}
    own = {
        ids[place].as_py(): np.datetime64(decided_at[row], "us")
        for ends in (cannot.source, cannot.target)
        for place, row in zip(ends.tolist(), cannot.row.tolist(), strict=True)
        if decided_at[row]
    }
    return {record: own.get(record, np.datetime64(max(known), "us")) for record in records}


class _Apart:
    """Sets of places that may grow together unless a pair forbids it."""

    def __init__(self, pairs: Iterable[tuple[int, int]]) -> None:
        self._above: dict[int, int] = {}
        self._foes: dict[int, set[int]] = {}
        for one, other in pairs:
            self._foes.setdefault(one, set()).add(other)
            self._foes.setdefault(other, set()).add(one)

    def _top(self, place: int) -> int:
        while (above := self._above.get(place, place)) != place:
            self._above[place] = self._above.get(above, above)
            place = above
        return place

    def join(self, one: int, other: int) -> bool:
        """False where a pair forbids it."""
        one, other = self._top(one), self._top(other)
        if one == other:
            return True
        foes = self._foes.get(one, set())
        if any(self._top(foe) == other for foe in foes):
            return False
        self._above[other] = one
        self._foes[one] = foes | self._foes.pop(other, set())
        return True
