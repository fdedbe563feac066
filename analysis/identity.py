"""Customer keys: which records are one customer, and under which key. Tables in, tables out.

Orchestration reads, calls :func:`resolve`, and appends the result to the logs it read, all in one
transaction (a redirect without its assignments would be half a merge):

===================  ========================================  =========================
argument             read from                                 append to the same table
===================  ========================================  =========================
``records.nodes``    intermediate.int_identity_nodes__unioned  --
``records.emails``   intermediate.int_identity_emails__unioned --
``records.phones``   intermediate.int_identity_phones__unioned --
``records.links``    intermediate.int_identity_links__unioned  --
``.decisions``       intermediate.identity_decisions (a seed)  --
``.limits``          intermediate.identity_limits (a seed)     --
``history``          raw_identity.*, one per name of ``LOGS``  ``result.<the same name>``
``as_of``            raw_group.run_context                     --
``hash_key``         environment: CONCORD_HASH_KEY             --
===================  ========================================  =========================

:data:`LOGS` has the logs' schemas. Of a record's assignments the newest ``recorded_at`` counts; of a key's
redirects the newest ``redirected_at``, which names a living key, so nobody has to walk a chain; of the
statements about one link the newest. On unchanged records nothing is appended. What is linked by evidence
that still stands stays linked when a limit is passed or a second candidate turns up: only new joins are held.
"""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis import identity_edges, refused_identifiers, refused_pairs
from analysis.customer_keys import keep, mint_keys
from analysis.held_statements import linked_already
from analysis.identity_changes import changes, departed, redirects, splits
from analysis.identity_evidence import Digests, assign
from analysis.identity_logs import (
    by_age,
    conform,
    current_assignments,
    current_refusals,
    nodes_by_age,
    open_and_ended,
    record_ids,
)
from analysis.identity_reading import positions, read
from analysis.identity_tables import (
    ASSIGNMENTS,
    DECISIONS,
    EMAILS,
    LIMITS,
    LINKS,
    LOGS,
    NODES,
    NONE,
    PHONES,
    History,
    Records,
)
from analysis.key_claims import claims, earlier_keys
from analysis.linking import Evidence, Linked, connect

__all__ = [
    "DECISIONS",
    "EMAILS",
    "LIMITS",
    "LINKS",
    "LOGS",
    "NODES",
    "PHONES",
    "History",
    "Records",
    "Resolution",
    "resolve",
]


CUSTOMER = "ck"


@dataclass(frozen=True)
class Resolution:
    """Rows to append to each log, and what an audit should hear of."""

    customer_keys: pa.Table
    assignments: pa.Table
    redirects: pa.Table
    edges: pa.Table
    refusals: pa.Table
    refused_pairs: pa.Table  # that evidence would join and a guard keeps apart
    splits: pa.Table
    counts: dict[str, int]


def resolve(
    records: Records, history: History, *, as_of: datetime, hash_key: str, prefix: str = CUSTOMER
) -> Resolution:
    """Give every record a key: its old one where it may keep it, the oldest on a merge.

    ``prefix`` begins new keys: companies are resolved like customers and have their own.
    """
    if not hash_key:
        raise ValueError("identity: evidence can't be hashed without CONCORD_HASH_KEY; set it")
    now = np.datetime64(as_of.replace(tzinfo=None), "us")
    nodes, ids = nodes_by_age(records.nodes)
    digests = Digests(hash_key)
    before = current_assignments(history.assignments)
    held, ended = open_and_ended(history.edges)
    joined = linked_already(held, ids, digests)
    given, links, decisions = read(records, nodes, ids, held, joined, digests)
    linked = connect(nodes, given, joined)
    labels = np.unique(linked.labels, return_inverse=True)[1]

    old_keys = by_age(history.customer_keys)
    places = {key: place for place, key in enumerate(old_keys["customer_key"].to_pylist())}
    previous = positions(ids, record_ids(before))
    old_key_of = positions(before["customer_key"], old_keys["customer_key"])
    if (old_key_of == NONE).any():
        unknown = before["customer_key"][int(np.argmin(old_key_of))].as_py()
        raise ValueError(f"identity: {unknown} is assigned but was never minted; restore its row")
    own = np.where(previous == NONE, NONE, _pick(old_key_of, previous))
    earlier = earlier_keys(conform(history.assignments, ASSIGNMENTS), history.redirects)
    minters = positions(record_ids(old_keys), ids)
    kept = keep(labels, claims(own, earlier, ids, places), minters)
    minted, key_of_label = mint_keys(nodes, labels, kept, old_keys, now, prefix)
    names = pa.chunked_array([*old_keys["customer_key"].chunks, *minted["customer_key"].chunks])
    assigned = assign(
        nodes, links, given, linked, digests, names.take(pa.array(key_of_label[labels]))
    )
    living = {names[old].as_py(): names[new].as_py() for old, new in kept.merged.items()}
    is_here = pc.is_null(nodes["gone_at"])
    alive = set(assigned["customer_key"].filter(is_here).unique().to_pylist())
    changed = changes(assigned, nodes["first_seen_at"], before, previous, now)
    redirected = redirects(history.redirects, living, alive, now)
    revived = set(
        redirected.filter(pc.equal(redirected["from_customer_key"], redirected["to_customer_key"]))[
            "from_customer_key"
        ].to_pylist()
    )
    statements = identity_edges.statements(nodes, links, decisions, given, linked, digests)
    cut_at = _cut_at(ids, linked, given, decisions)
    apart = refused_pairs.today(nodes, ids, links, given, linked, digests)
    refused = {"email": given.addresses.refused, "phone": given.numbers.refused}
    return Resolution(
        customer_keys=minted,
        assignments=pa.concat_tables([changed, departed(before, ids, now)]),
        redirects=redirected,
        edges=identity_edges.changes(statements, held, ended, record_ids(before), now, cut_at),
        refusals=refused_identifiers.changes(
            refused, digests, current_refusals(history.refusals), now
        ),
        refused_pairs=refused_pairs.changes(apart, history.refused_pairs, now),
        splits=splits(changed, before, living, revived, now),
        counts={**_counts(nodes, links, given, linked), "refused_pairs": apart.num_rows},
    )


def _cut_at(
    ids: pa.Array, linked: Linked, given: Evidence, decisions: pa.Table
) -> dict[str, np.datetime64]:
    """When a decision ended the statements of each record that it took something from."""
    cannot, decided_at = given.decided.cannot, decisions["decided_at"].to_pylist()
    known = [decided_at[row] for row in cannot.row.tolist() if decided_at[row]]
    records = ids.filter(pa.array(linked.is_cut)).to_pylist()
    if not known or not records:
        return {}
    own = {
        ids[place].as_py(): np.datetime64(decided_at[row], "us")
        for ends in (cannot.source, cannot.target)
        for place, row in zip(ends.tolist(), cannot.row.tolist(), strict=True)
        if decided_at[row]
    }
    return {record: own.get(record, np.datetime64(max(known), "us")) for record in records}


def _counts(nodes: pa.Table, links: pa.Table, given: Evidence, linked: Linked) -> dict[str, int]:
    """What a steward asks for."""
    return {
        "nodes": nodes.num_rows,
        "links": links.num_rows,
        "links_refused": links.num_rows - links["refusal"].null_count,
        "links_to_no_record": links["refusal"].null_count - len(given.said.row),
        "decisions_about_no_record": given.decided.loose_count,
        "refused_identifiers": len(given.addresses.refused) + len(given.numbers.refused),
        "malformed_numbers": given.numbers.malformed_count,
        "held_records": int(linked.is_held.sum()),
        "cut_records": int(linked.is_cut.sum()),
        "gone_records": nodes.num_rows - nodes["gone_at"].null_count,
    }


def _pick(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    return values[np.maximum(places, 0)] if len(values) else np.full(len(places), NONE)
