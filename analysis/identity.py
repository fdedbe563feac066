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
from analysis.decisions import cut_at
from analysis.held_statements import linked_already
from analysis.identity_changes import changes, departed, redirects, splits
from analysis.identity_evidence import Digests, assign
from analysis.identity_history import LOGS, History
from analysis.identity_logs import (
    current_assignments,
    current_refusals,
    open_and_ended,
    record_ids,
)
from analysis.identity_nodes import nodes_by_age
from analysis.identity_reading import read
from analysis.identity_tables import DECISIONS, EMAILS, LIMITS, LINKS, NODES, PHONES, Records
from analysis.linking import Evidence, Linked, connect
from analysis.record_keys import keys

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

    keyed = keys(nodes, ids, labels, before, history, now, prefix)
    assigned = assign(nodes, links, given, linked, digests, keyed.keys)
    is_here = pc.is_null(nodes["gone_at"])
    alive = set(assigned["customer_key"].filter(is_here).unique().to_pylist())
    changed = changes(assigned, nodes["first_seen_at"], before, keyed.previous, now)
    redirected = redirects(history.redirects, keyed.living, alive, now)
    revived = set(
        redirected.filter(pc.equal(redirected["from_customer_key"], redirected["to_customer_key"]))[
            "from_customer_key"
        ].to_pylist()
    )
    statements = identity_edges.statements(nodes, links, decisions, given, linked, digests)
    ended_at = cut_at(ids, linked.is_cut, given.decided.cannot, decisions)
    apart = refused_pairs.today(nodes, ids, links, given, linked, digests)
    refused = {"email": given.addresses.refused, "phone": given.numbers.refused}
    return Resolution(
        customer_keys=keyed.minted,
        assignments=pa.concat_tables([changed, departed(before, ids, now)]),
        redirects=redirected,
        edges=identity_edges.changes(statements, held, ended, record_ids(before), now, ended_at),
        refusals=refused_identifiers.changes(
            refused, digests, current_refusals(history.refusals), now
        ),
        refused_pairs=refused_pairs.changes(apart, history.refused_pairs, now),
        splits=splits(changed, before, keyed.living, revived, now),
        counts={**_counts(nodes, links, given, linked), "refused_pairs": apart.num_rows},
    )


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
