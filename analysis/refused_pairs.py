"""Pairs of records that some evidence would join and a guard keeps apart: a steward's to decide.

A number that no rule links by, an address that would join what must not be joined unseen, a vendor's word
that contradicts the records. Proposals show them all, however little else speaks for them.
"""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.addresses import MIXED
from analysis.identifier_limits import OVER_LIMIT
from analysis.identity_edges import EMAIL, PHONE
from analysis.identity_evidence import Digests
from analysis.identity_history import REFUSED_PAIRS
from analysis.identity_logs import record_ids
from analysis.identity_reading import positions
from analysis.identity_tables import LINKED_RECORD, NONE, RECORD
from analysis.linking import Evidence, Linked

PAIR = (*RECORD, *LINKED_RECORD, "rule", "evidence", "refusal")
TICK = timedelta(microseconds=1)


def today(
    nodes: pa.Table,
    ids: pa.Array,
    links: pa.Table,
    given: Evidence,
    found: Linked,
    digests: Digests,
) -> pa.Table:
    """The pairs that are kept apart now, as the columns of ``PAIR``; each once."""
    tables = [
        _by_number(nodes, found, digests),
        _by_address(nodes, given, found, digests),
        _by_vendor(ids, links, found),
    ]
    return pa.concat_tables(tables).group_by(list(PAIR)).aggregate([])


def changes(now_refused: pa.Table, log: pa.Table, now: np.datetime64) -> pa.Table:
    """Rows to append to the log: pairs that are refused since now, and those that no longer are."""
    instant: Any = now.item()
    newest = _newest(log)
    refused = set(zip(*(now_refused[name].to_pylist() for name in PAIR), strict=True))
    rows = []
    for pair in sorted(refused | newest.keys(), key=str):
        before = newest.get(pair)
        was_open = before is not None and before["is_open"]
        if (pair in refused) != was_open:
            least = instant if before is None else before["recorded_at"] + TICK
            rows.append((*pair, not was_open, max(instant, least)))
    columns = zip(*rows, strict=True) if rows else [[] for _ in REFUSED_PAIRS]
    return pa.table([list(column) for column in columns], schema=REFUSED_PAIRS)


def still_refused(log: pa.Table) -> pa.Table:
    """Of the log the pairs that are kept apart at its end."""
    rows = [row for row in _newest(log).values() if row["is_open"]]
    return pa.Table.from_pylist(rows, schema=REFUSED_PAIRS)


def _newest(log: pa.Table) -> dict[tuple[str, ...], dict[str, Any]]:
    rows = log.sort_by("recorded_at").to_pylist()
    return {tuple(row[name] for name in PAIR): row for row in rows}


def _by_number(nodes: pa.Table, found: Linked, digests: Digests) -> pa.Table:
    open_ = found.proposals
    apart = found.labels[open_.source] != found.labels[open_.target]
    evidence = digests.phones.take(pa.array(open_.phone[apart]))
    reason = pa.array(open_.reason, pa.string()).filter(pa.array(apart))
    return _pairs(nodes, open_.source[apart], open_.target[apart], PHONE, evidence, reason)


def _by_address(nodes: pa.Table, given: Evidence, found: Linked, digests: Digests) -> pa.Table:
    """Each held record with the first that its address links instead, or that is held by it too."""
    pairs = given.addresses
    rows = np.flatnonzero(found.is_held[pairs.node])
    holders = np.concatenate([np.flatnonzero(found.pairs), rows])
    groups, first = np.unique(pairs.group[holders], return_index=True)
    target = pairs.node[holders][first][np.searchsorted(groups, pairs.group[rows])]
    apart = found.labels[pairs.node[rows]] != found.labels[target]
    rows, target = rows[apart], target[apart]
    source = pairs.node[rows]
    reason = pc.if_else(pa.array(found.is_mixed[source]), MIXED, OVER_LIMIT)
    evidence = digests.emails.take(pa.array(pairs.address[rows]))
    return _pairs(nodes, source, target, EMAIL, evidence, reason)


def _by_vendor(ids: pa.Array, links: pa.Table, found: Linked) -> pa.Table:
    refused = links.filter(pc.is_valid(links["refusal"]))
    source, target = (positions(record_ids(refused, of), ids) for of in (RECORD, LINKED_RECORD))
    apart = (source != NONE) & (target != NONE) & (found.labels[source] != found.labels[target])
    return refused.filter(pa.array(apart)).select(PAIR)


def _pairs(nodes: pa.Table, source, target, rule: str, evidence, reason) -> pa.Table:
    records = [nodes[name].take(pa.array(at)) for at in (source, target) for name in RECORD]
    said = [pa.repeat(rule, len(source)), evidence, reason.cast(pa.string())]
    return pa.table([*records, *said], names=list(PAIR))
