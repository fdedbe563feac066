"""What is known of components that share a number: who is one by what numbers linked earlier, names, sides."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

import numpy as np
import pyarrow as pa

from analysis import components
from analysis.addresses import MIXED
from analysis.identifiers import are_compatible, name_parts

SEVERAL, NAMES = "several_candidates", "conflicting_name"


class Joined:
    """Which components are one by what numbers linked earlier; ``sources`` are settled by that."""

    def __init__(self, labels: np.ndarray, sources: np.ndarray, targets: np.ndarray) -> None:
        ends = labels[sources], labels[targets]
        self.sources = {int(one) for one, other in zip(*ends, strict=True) if one != other}
        self._label_of = components.grown(labels, len(labels), sources, targets)
        self._groups: dict[int, set[int]] = defaultdict(set)
        for one in {int(label) for end in ends for label in end}:
            self._groups[int(self._label_of[one])].add(one)

    def group(self, component: int) -> set[int]:
        return {component} | self._groups.get(int(self._label_of[component]), set())


class Known:
    """Names and sides of the components that share a number."""

    def __init__(
        self, labels: np.ndarray, wanted: Iterable[int], names: pa.ChunkedArray, sides: np.ndarray
    ) -> None:
        places = np.flatnonzero(np.isin(labels, np.fromiter(wanted, dtype=np.int64)))
        self._names: dict[int, set[frozenset[str]]] = defaultdict(set)
        self._sides: dict[int, set[int]] = defaultdict(set)
        texts = names.take(pa.array(places)).to_pylist()
        for place, name in zip(places.tolist(), texts, strict=True):
            component = int(labels[place])
            if parts := name_parts(name):
                self._names[component].add(parts)
            self._sides[component].add(int(sides[place]))

    def refusal(self, joining: set[int], candidate: int, candidates: int) -> str | None:
        if candidates > 1:
            return SEVERAL
        if not all(self._match(one, candidate) for one in joining):
            return NAMES
        return self._mixed(joining | {candidate})

    def odds(self, of: set[int]) -> str | None:
        """Why they can't all be one."""
        if not all(self._match(one, other) for one, other in combinations(of, 2)):
            return NAMES
        return self._mixed(of)

    def _mixed(self, of: set[int]) -> str | None:
        return MIXED if {0, 1} <= set().union(*(self._sides[one] for one in of)) else None

    def _match(self, one: int, other: int) -> bool:
        theirs = self._names[other]
        return (
            not self._names[one]
            or not theirs
            or any(are_compatible(a, b) for a in self._names[one] for b in theirs)
        )
