"""Which records are linked: evidence in, one component per record out, and which evidence was taken.

A vendor's own word links whatever else the records say. The same e-mail links unless the address may
not, or unless it would carry a CRM or PSP record across what must not be joined unseen. A steward's word
outranks both, and a phone comes last.
"""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis import components, phones
from analysis.addresses import Addresses, Joined
from analysis.decisions import Decided, Pairs, separate
from analysis.held_records import held, sides
from analysis.identity_tables import NONE
from analysis.phone_numbers import Numbers
from analysis.phones import PhoneLinks


@dataclass(frozen=True)
class Evidence:
    """All there is to link by. ``earlier`` are phone links that hold already, ``has_email`` is per record."""

    addresses: Addresses
    said: Pairs  # by vendors
    decided: Decided
    numbers: Numbers
    earlier: PhoneLinks
    has_email: np.ndarray


@dataclass(frozen=True)
class Linked:
    """``labels`` per record; the rest says which evidence was taken, and what was not and why.

    ``pairs`` is a mask over the addresses' pairs, ``said`` and ``decided`` over theirs. ``is_held`` says
    that a record's addresses were not taken and wait for review, ``is_mixed`` that it is because a company
    and a private buyer would be one, ``is_cut`` that a decision was in the way.
    """

    labels: np.ndarray
    pairs: np.ndarray
    said: np.ndarray
    decided: np.ndarray
    phones: PhoneLinks
    proposals: PhoneLinks
    is_held: np.ndarray
    is_mixed: np.ndarray
    is_cut: np.ndarray


def said(links: pa.Table, sources: np.ndarray, targets: np.ndarray) -> Pairs:
    """The vendors' links that are taken: not refused, and with both records there.

    A record's strongest comes first: a merge, then the word about the record that is there longest.
    """
    is_refused = pc.is_valid(links["refusal"]).to_numpy()
    row = np.flatnonzero((sources != NONE) & (targets != NONE) & ~is_refused)
    is_merge = pc.equal(links["rule"], "vendor_merge").to_numpy()[row]
    order = np.lexsort((targets[row], ~is_merge, sources[row]))
    return Pairs(sources[row][order], targets[row][order], row[order])


def connect(nodes: pa.Table, evidence: Evidence, joined: Joined) -> Linked:
    """Join by links and addresses, then by decisions and phones; at last take apart what was decided.

    In a component that must not be, only shops' addresses count: a new CRM or PSP record never joins two
    customers that the shops keep apart as a company and a private buyer, and never takes a shop's apart.
    """
    size, side, given = nodes.num_rows, sides(nodes), evidence.addresses
    hubs = _hubs(given)
    left = np.concatenate([given.node, evidence.said.source])
    right = np.concatenate([hubs, evidence.said.target])
    labels = components.label(size, left, right)
    is_mixed, is_large = held(nodes, labels, side, given, joined)
    is_held = is_mixed | is_large
    pairs = ~is_held[given.node]
    if is_held.any():
        kept = np.concatenate([pairs, np.ones(len(evidence.said.row), dtype=bool)])
        # A hub may be held itself, so the others' hub is another record now.
        hubs = _hubs(given, pairs)
        right = np.concatenate([hubs, evidence.said.target])
        labels = components.cut(labels, np.flatnonzero(is_held), left[kept], right[kept])
    decided = evidence.decided.links
    labels = components.grown(labels, size, decided.source, decided.target)
    found = phones.links(
        labels, evidence.numbers, nodes["full_name"], side, evidence.has_email, evidence.earlier
    )
    labels = components.grown(labels, size, evidence.earlier.source, evidence.earlier.target)
    new = found.chosen(linking=True)
    labels = components.grown(labels, size, new.source, new.target)
    by_phone = PhoneLinks(
        *(np.concatenate(ends) for ends in zip(_ends(evidence.earlier), _ends(new), strict=True)),
        reason=[],
    )
    # Of each kind (record, other end), the strongest kind first; an address is an end of its own.
    kinds = [
        (decided.source, decided.target),
        (evidence.said.source, evidence.said.target),
        (given.node, np.where(pairs, size + given.group, given.node)),
        (by_phone.source, by_phone.target),
    ]
    cut = separate(labels, evidence.decided.cannot, kinds)
    is_cut = np.zeros(size, dtype=bool)
    if any(each.any() for each in cut):
        for (records, _), refused in zip(kinds, cut, strict=True):
            is_cut[records[refused]] = True
        pairs &= ~cut[2]
        hubs = _hubs(given, pairs)
        ends = [kinds[0], kinds[1], (given.node, np.where(pairs, hubs, given.node)), kinds[3]]
        remain = [
            np.concatenate([each[side_][~no] for each, no in zip(ends, cut, strict=True)])
            for side_ in (0, 1)
        ]
        labels = components.cut(labels, np.flatnonzero(is_cut), *remain)
    return Linked(
        labels=labels,
        pairs=pairs,
        said=~cut[1],
        decided=~cut[0],
        phones=PhoneLinks(*(ends[~cut[3]] for ends in _ends(by_phone)), reason=[]),
        proposals=found.chosen(linking=False),
        is_held=is_held,
        is_mixed=is_mixed,
        is_cut=is_cut,
    )


def _ends(links: PhoneLinks) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return links.source, links.target, links.phone


def _hubs(given: Addresses, kept: np.ndarray | None = None) -> np.ndarray:
    """Each pair is an edge to the first kept record with its address: a star links as well as a clique."""
    rows = np.arange(len(given.node)) if kept is None else np.flatnonzero(kept)
    hubs = given.node.copy()
    _, first, inverse = np.unique(given.group[rows], return_index=True, return_inverse=True)
    if len(rows):
        hubs[rows] = given.node[rows][first][inverse]
    return hubs
