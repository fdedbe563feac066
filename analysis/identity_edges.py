"""The evidence that was taken, as dated statements: what begins and what ends since the last run.

An address is evidence of everybody who has it, so its statement names no other record; other rules do.
"""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.identity_evidence import Digests
from analysis.identity_history import EDGES
from analysis.identity_logs import after, edge_ids, record_ids
from analysis.identity_tables import INSTANT, LINKED_RECORD, RECORD
from analysis.linking import Evidence, Linked

EMAIL, PHONE, REVIEWED = "email", "phone", "reviewed_link"


def statements(
    nodes: pa.Table,
    links: pa.Table,
    decisions: pa.Table,
    given: Evidence,
    found: Linked,
    digests: Digests,
) -> pa.Table:
    """What was taken today, as ``EDGES`` without ``recorded_at``; ``valid_from`` null: since it is known."""
    pairs = np.flatnonzero(found.pairs)
    by_email = _pairs(nodes, given.addresses.node[pairs], None)
    hashes = digests.emails.take(pa.array(given.addresses.address[pairs]))
    said = links.take(pa.array(given.said.row[found.said]))
    decided = given.decided.links
    rows = decided.row[found.decided]
    by_steward = _pairs(nodes, decided.source[found.decided], decided.target[found.decided])
    by_phone = _pairs(nodes, found.phones.source, found.phones.target)
    nothing = pa.nulls(len(found.phones.source), INSTANT)
    seen = nodes["first_seen_at"].take(pa.array(given.addresses.node[pairs]))
    return pa.concat_tables(
        [
            _with(by_email, EMAIL, hashes, _teller(by_email), seen),
            _with(
                said.select([*RECORD, *LINKED_RECORD]),
                said["rule"],
                said["evidence"],
                _teller(said),
                said["valid_from"],
            ),
            _with(
                by_steward,
                REVIEWED,
                _named(by_steward),
                decisions["decided_by"].take(pa.array(rows)),
                decisions["decided_at"].take(pa.array(rows)),
            ),
            _with(
                by_phone,
                PHONE,
                digests.phones.take(pa.array(found.phones.phone)),
                _teller(by_phone),
                nothing,
            ),
        ]
    )


def changes(
    now_held: pa.Table,
    held: pa.Table,
    ended_before: pa.Table,
    known: pa.Array,
    now: np.datetime64,
    cut_at: Mapping[str, np.datetime64],
) -> pa.Table:
    """Rows to append: ``held`` are the statements that are open, ``known`` the records seen before.

    A row is recorded after the one it replaces, also when two runs share one vendor clock.
    A statement about a record that was there already counts from now: nobody knew it earlier. One that a
    decision ended, ended with the decision (``cut_at``: record -> when).
    """
    old_ids, new_ids = edge_ids(held), edge_ids(now_held)
    begun = now_held.filter(pc.invert(pc.is_in(new_ids, value_set=old_ids)))
    instant = pa.scalar(now, INSTANT)
    told = begun["valid_from"]
    is_new = pc.invert(pc.is_in(record_ids(begun), value_set=known))
    is_address = pc.equal(begun["rule"], EMAIL)
    counts = pc.or_(is_new, pc.invert(is_address))
    since = pc.if_else(counts, pc.min_element_wise(pc.fill_null(told, instant), instant), instant)
    last = pc.index_in(edge_ids(begun), value_set=edge_ids(ended_before))
    begun = _set(begun, "valid_from", since)
    begun = _set(begun, "recorded_at", after(now, ended_before["recorded_at"].take(last)))
    ended = held.filter(pc.invert(pc.is_in(old_ids, value_set=new_ids)))
    until = [
        max(min(cut_at.get(record, now), now), np.datetime64(begin, "us"))
        for record, begin in zip(
            record_ids(ended).to_pylist(), ended["valid_from"].to_pylist(), strict=True
        )
    ]
    ended = _set(ended, "valid_to", pa.array(until, INSTANT))
    ended = _set(ended, "recorded_at", after(now, ended["recorded_at"]))
    return pa.concat_tables([begun.select(EDGES.names).cast(EDGES), ended.cast(EDGES)])


def _pairs(nodes: pa.Table, source: np.ndarray, target: np.ndarray | None) -> pa.Table:
    one = nodes.select(RECORD).take(pa.array(source))
    if target is None:
        other = [pa.nulls(len(source), pa.string())] * 3
    else:
        other = [nodes[name].take(pa.array(target)) for name in RECORD]
    for name, column in zip(LINKED_RECORD, other, strict=True):
        one = one.append_column(name, column)
    return one


def _with(records: pa.Table, rule, evidence, source, valid_from) -> pa.Table:
    rule = pa.repeat(rule, len(records)) if isinstance(rule, str) else rule
    for name, column in (("rule", rule), ("evidence", evidence), ("source", source)):
        records = records.append_column(name, column)
    records = records.append_column("valid_from", valid_from)
    return records.append_column("valid_to", pa.nulls(len(records), INSTANT))


def _teller(records: pa.Table):
    return pc.binary_join_element_wise(records["system"], records["account"], ":")


def _named(records: pa.Table):
    return pc.binary_join_element_wise(records["linked_account"], records["linked_source_id"], ":")


def _set(table: pa.Table, name: str, column) -> pa.Table:
    if name not in table.column_names:
        return table.append_column(name, column)
    return table.set_column(table.column_names.index(name), name, column)
