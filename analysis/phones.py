"""Numbers that may link: a record without e-mail to the one candidate that no name contradicts.

Couples share phones and numbers are recycled, so everything else is a proposal, and says why.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pyarrow as pa

from analysis.addresses import MIXED
from analysis.identifiers import are_compatible, name_parts
from analysis.phone_numbers import Numbers

SEVERAL, NAMES = "several_candidates", "conflicting_name"


@dataclass(frozen=True)
class PhoneLinks:
    """``source`` is who has no e-mail, ``target`` the oldest record of the candidate with the number.

    ``reason`` is None where it links, else why it is only proposed.
    """

    source: np.ndarray
    target: np.ndarray
    phone: np.ndarray
    reason: list[str | None]

    def chosen(self, *, linking: bool) -> "PhoneLinks":
        rows = np.array([(r is None) == linking for r in self.reason], dtype=bool)
        reasons = [r for r in self.reason if (r is None) == linking]
        return PhoneLinks(self.source[rows], self.target[rows], self.phone[rows], reasons)


def links(
    labels: np.ndarray,
    numbers: Numbers,
    names: pa.ChunkedArray,
    sides: np.ndarray,
    has_email: np.ndarray,
) -> PhoneLinks:
    """One row per component without e-mail and candidate; ``has_email`` and ``sides`` are per record.

    A number over its limit says nothing of anybody: it is listed as refused, and no pair is proposed.
    """
    size = len(labels)
    with_email = np.bincount(labels[has_email], minlength=size) > 0
    holders: dict[int, dict[int, int]] = defaultdict(dict)  # number -> component -> oldest record
    usable = np.flatnonzero(~numbers.is_over[numbers.phone])
    for place in usable:
        number, node = int(numbers.phone[place]), int(numbers.node[place])
        holders[number].setdefault(int(labels[node]), node)
    numbers_of: dict[int, list[int]] = defaultdict(list)  # component without e-mail -> its numbers
    for number in sorted(holders):
        if len(holders[number]) > 1:
            for component in holders[number]:
                if not with_email[component]:
                    numbers_of[component].append(number)
    wanted = {
        one for number in {n for of in numbers_of.values() for n in of} for one in holders[number]
    }
    known = _Known(labels, wanted, names, sides)
    rows = []
    takers: dict[int, list[int]] = defaultdict(list)  # candidate -> components that would join it
    for component, of in numbers_of.items():
        candidates = {other for number in of for other in holders[number] if with_email[other]}
        if not candidates and len(of) == 1:
            # Nobody has an e-mail: they all join the oldest of them, if nothing speaks against any.
            others = holders[of[0]]
            alone = all(len(numbers_of[other]) == 1 for other in others)
            candidates = {next(iter(others))} if alone else set(others) - {component}
            if candidates == {component}:
                takers[component].append(component)
                continue
        for candidate in sorted(candidates):
            number = next(n for n in of if candidate in holders[n])
            reason = known.refusal(component, candidate, len(candidates))
            rows.append((holders[number][component], holders[number][candidate], number, reason))
            if reason is None:
                takers[candidate].append(component)
    at_odds = {candidate for candidate, of in takers.items() if not known.agree(of)}
    settled = [
        (*row[:3], NAMES if row[3] is None and int(labels[row[1]]) in at_odds else row[3])
        for row in rows
    ]
    columns = list(zip(*settled, strict=True)) if settled else [(), (), (), ()]
    source, target, phone = (np.array(column, dtype=np.int64) for column in columns[:3])
    return PhoneLinks(source, target, phone, list(columns[3]))


class _Known:
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

    def refusal(self, one: int, other: int, candidates: int) -> str | None:
        if candidates > 1:
            return SEVERAL
        if not self._match(one, other):
            return NAMES
        return MIXED if {0, 1} <= self._sides[one] | self._sides[other] else None

    def agree(self, components: list[int]) -> bool:
        return all(self._match(one, other) for one, other in combinations(components, 2))

    def _match(self, one: int, other: int) -> bool:
        theirs = self._names[other]
        return (
            not self._names[one]
            or not theirs
            or any(are_compatible(a, b) for a in self._names[one] for b in theirs)
        )
