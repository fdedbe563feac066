"""Customer keys: which records are one customer, and under which key. Tables in, tables out.

Orchestration reads, calls :func:`resolve`, and appends the result to the logs it read, all three in one
transaction (a redirect without its assignments would be half a merge):

===================  ========================================  =========================
argument             read from                                 append to the same table
===================  ========================================  =========================
``records.nodes``    intermediate.int_identity_nodes__unioned  --
``records.emails``   intermediate.int_identity_emails__unioned --
``records.links``    intermediate.int_identity_links__unioned  --
``history``          raw_identity.customer_keys                ``result.customer_keys``
                     raw_identity.assignments                  ``result.assignments``
                     raw_identity.redirects                    ``result.redirects``
``as_of``            raw_group.run_context                     --
``hash_key``         environment: CONCORD_HASH_KEY             --
===================  ========================================  =========================

Schemas for creating the logs: :data:`CUSTOMER_KEYS`, :data:`ASSIGNMENTS`, :data:`REDIRECTS`. Of a
record's assignments the newest ``recorded_at`` counts; of a key's redirects the newest ``redirected_at``,
which names a living key, so nobody has to walk a chain. On unchanged records nothing is appended.
"""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.addresses import usable
from analysis.components import connect, edges, sides
from analysis.customer_keys import NONE, keep, mint_keys
from analysis.identity_changes import changes, followers, redirects
from analysis.identity_evidence import assign, digests, hashed
from analysis.identity_logs import (
    ASSIGNMENTS,
    CUSTOMER_KEYS,
    EMAILS,
    LINKED_RECORD,
    LINKS,
    NODES,
    RECORD,
    REDIRECTS,
    History,
    Records,
    by_age,
    conform,
    current_assignments,
    ranks,
    record_ids,
    unique_nodes,
)

__all__ = [
    "ASSIGNMENTS",
    "CUSTOMER_KEYS",
    "EMAILS",
    "LINKS",
    "LINK_LIMIT",
    "NODES",
    "REDIRECTS",
    "History",
    "Records",
    "Resolution",
    "resolve",
]

LINK_LIMIT = 20
"""An address on more records of one system is shared by strangers until a steward says otherwise."""


@dataclass(frozen=True)
class Resolution:
    """Rows to append, and what an audit should hear of."""

    customer_keys: pa.Table
    assignments: pa.Table
    redirects: pa.Table
    refused_addresses: pa.Table  # evidence, reason (see analysis.addresses), nodes_count
    held: pa.Table  # records whose addresses would join what must not be joined unseen
    refused_links_count: int  # the links model said why
    loose_links_count: int  # one of the two records isn't there
    split_count: int


def resolve(
    records: Records,
    history: History,
    *,
    as_of: datetime,
    hash_key: str,
    limit: int = LINK_LIMIT,
) -> Resolution:
    """Give every record a customer key: its old one where it may keep it, the oldest on a merge."""
    if not hash_key:
        raise ValueError("identity: evidence can't be hashed without CONCORD_HASH_KEY; set it")
    now = np.datetime64(as_of.replace(tzinfo=None), "us")
    nodes, ids = unique_nodes(records.nodes)
    rank = ranks(nodes, ids)
    emails = conform(records.emails, EMAILS).sort_by("email_normalized").combine_chunks()
    links = conform(records.links, LINKS)
    before = current_assignments(history.assignments)
    old_keys = by_age(history.customer_keys)
    email_nodes, sources, targets, minters = _places(
        ids,
        record_ids(emails),
        record_ids(links),
        record_ids(links, LINKED_RECORD),
        record_ids(old_keys),
    )
    addresses = usable(nodes, emails, email_nodes, sides(nodes), limit)
    taken = edges(links, sources, targets, rank)
    found = connect(nodes, addresses, taken)
    evidence = digests(addresses.texts, hash_key)

    previous = _positions(ids, record_ids(before))
    old_key_of = _positions(before["customer_key"], old_keys["customer_key"])
    if (old_key_of == NONE).any():
        unknown = before["customer_key"][int(np.argmin(old_key_of))].as_py()
        raise ValueError(f"identity: {unknown} is assigned but was never minted; restore its row")
    kept = keep(
        found.labels,
        np.where(previous == NONE, NONE, _pick(old_key_of, previous)),
        minters,
        rank,
    )
    minted, key_of_label = mint_keys(nodes, found.labels, rank, kept, old_keys, now)
    names = pa.chunked_array([*old_keys["customer_key"].chunks, *minted["customer_key"].chunks])
    keys = names.take(pa.array(key_of_label[found.labels]))
    assigned = assign(nodes, links, found, evidence, keys)
    living = {names[old].as_py(): names[new].as_py() for old, new in kept.merged.items()}
    return Resolution(
        customer_keys=minted,
        assignments=pa.concat_tables(
            [
                changes(assigned, nodes["first_seen_at"], before, previous, now),
                followers(before, ids, living, now),
            ]
        ),
        redirects=redirects(history.redirects, living, now),
        refused_addresses=hashed(addresses.refused, hash_key),
        held=nodes.select(RECORD).filter(pa.array(found.is_held)),
        refused_links_count=links.num_rows - links["refusal"].null_count,
        loose_links_count=links["refusal"].null_count - len(taken.row),
        split_count=kept.split_count,
    )


def _places(among: pa.Array, *values: pa.Array) -> list[np.ndarray]:
    """Where each value stands in ``among`` (-1: nowhere), asked for all of them at once."""
    found = _positions(pa.chunked_array(values, pa.string()), among)
    return np.split(found, np.cumsum([len(each) for each in values])[:-1])


def _positions(values, among) -> np.ndarray:
    found = pc.fill_null(pc.index_in(values, value_set=_flat(among)), NONE)
    return _flat(found).to_numpy(zero_copy_only=False).astype(np.int64)


def _flat(values) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _pick(values: np.ndarray, positions: np.ndarray) -> np.ndarray:
    return values[np.maximum(positions, 0)] if len(values) else np.full(len(positions), NONE)
