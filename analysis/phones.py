"""Numbers that may link: a record without e-mail to the one candidate that no name contradicts.

Couples share phones and numbers are recycled, so everything else is a proposal, and says why.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from analysis.phone_components import Joined, Known
from analysis.phone_numbers import Numbers


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
    earlier: PhoneLinks,
) -> PhoneLinks:
    """One row per component without e-mail and candidate; ``has_email`` and ``sides`` are per record.

    ``labels`` are the components without any number's link: what numbers linked ``earlier`` is judged
    beside, record by record, so a second night finds what the first one did. A number over its limit says
    nothing of anybody: it is listed as refused, and no pair is proposed.
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
    joined = Joined(labels, earlier.source, earlier.target)
    known = Known(labels, {one for some in wanted for one in joined.group(some)}, names, sides)
    rows = []
    # Candidate -> components that are one with it, or would join it.
    takers: dict[int, set[int]] = {}
    for component, of in numbers_of.items():
        if component in joined.sources or any(with_email[list(joined.group(component))]):
            continue
        candidates = {other for number in of for other in holders[number] if with_email[other]}
        if not candidates and len(of) == 1:
            # Nobody has an e-mail: they all join the oldest of them, if nothing speaks against any.
            others = holders[of[0]]
            alone = all(len(numbers_of[other]) == 1 for other in others)
            candidates = {next(iter(others))} if alone else set(others) - {component}
            if candidates == {component}:
                continue
        for candidate in sorted(candidates):
            number = next(n for n in of if candidate in holders[n])
            joining = joined.group(component)
            reason = known.refusal(joining, candidate, len(candidates))
            rows.append((holders[number][component], holders[number][candidate], number, reason))
            if reason is None:
                takers.setdefault(candidate, joined.group(candidate)).update(joining)
    at_odds = {candidate: known.odds(of) for candidate, of in takers.items()}
    settled = [(*row[:3], row[3] or at_odds[int(labels[row[1]])]) for row in rows]
    columns = list(zip(*settled, strict=True)) if settled else [(), (), (), ()]
    source, target, phone = (np.array(column, dtype=np.int64) for column in columns[:3])
    return PhoneLinks(source, target, phone, list(columns[3]))
