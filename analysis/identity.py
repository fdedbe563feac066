"""Customer keys: which records are one customer, and under which key. Tables in, tables out.

Orchestration reads, calls :func:`resolve`, and appends the result to the logs it read, all three in one
transaction (a redirect without its assignments would be half a merge):

==================  ========================================  =========================
argument            read from                                 append to the same table
==================  ========================================  =========================
``nodes``           intermediate.int_identity_nodes__unioned  --
``history``         raw_identity.customer_keys                ``result.customer_keys``
                    raw_identity.assignments                  ``result.assignments``
                    raw_identity.redirects                    ``result.redirects``
``as_of``           raw_group.run_context                     --
``hash_key``        environment: CONCORD_HASH_KEY             --
==================  ========================================  =========================

Schemas for creating the logs: :data:`CUSTOMER_KEYS`, :data:`ASSIGNMENTS`, :data:`REDIRECTS`. Of a
record's assignments the newest ``recorded_at`` counts; of a key's redirects the newest ``redirected_at``,
which names a living key, so nobody has to walk a chain. On unchanged nodes nothing is appended.
"""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

import hmac
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.components import Links, link
from analysis.customer_keys import NONE, Kept, keep, mint
from analysis.identity_changes import changes, followers, redirects
from analysis.identity_logs import (
    ASSIGNMENTS,
    CUSTOMER_KEYS,
    INSTANT,
    NODES,
    RECORD,
    REDIRECTS,
    History,
    by_age,
    current_assignments,
    ordered_nodes,
    record_ids,
)

__all__ = [
    "ASSIGNMENTS",
    "CUSTOMER_KEYS",
    "LINK_LIMIT",
    "NODES",
    "REDIRECTS",
    "History",
    "Resolution",
    "resolve",
]

LINK_LIMIT = 20
"""An address on more records than this is shared by strangers until a steward says otherwise."""


@dataclass(frozen=True)
class Resolution:
    """Rows to append, and what an audit should hear of."""

    customer_keys: pa.Table
    assignments: pa.Table
    redirects: pa.Table
    refused_addresses: pa.Table  # evidence, reason (role_address, over_limit), nodes_count
    split_count: int


def resolve(
    nodes: pa.Table, history: History, *, as_of: datetime, hash_key: str, limit: int = LINK_LIMIT
) -> Resolution:
    """Give every record a customer key: its old one where it may keep it, the oldest on a merge."""
    if not hash_key:
        raise ValueError("identity: evidence can't be hashed without CONCORD_HASH_KEY; set it")
    now = np.datetime64(as_of.replace(tzinfo=None), "us")
    nodes = ordered_nodes(nodes)
    links = link(nodes, limit)
    digests = _digests(links.addresses, hash_key)
    before = current_assignments(history.assignments)
    old_keys = by_age(history.customer_keys)

    previous = _positions(record_ids(nodes), record_ids(before))
    old_key_of = _positions(before["customer_key"], old_keys["customer_key"])
    if (old_key_of == NONE).any():
        unknown = before["customer_key"][int(np.argmin(old_key_of))].as_py()
        raise ValueError(f"identity: {unknown} is assigned but was never minted; restore its row")
    rank = _ranks(nodes)
    kept = keep(
        links.labels,
        np.where(previous == NONE, NONE, _pick(old_key_of, previous)),
        _positions(record_ids(old_keys), record_ids(nodes)),
        rank,
    )
    minted, key_of_label = _mint(nodes, links.labels, rank, kept, old_keys, now)
    names = pa.chunked_array([*old_keys["customer_key"].chunks, *minted["customer_key"].chunks])
    assigned = _assign(nodes, links, digests, names.take(pa.array(key_of_label[links.labels])))
    living = {names[old].as_py(): names[new].as_py() for old, new in kept.merged.items()}
    return Resolution(
        customer_keys=minted,
        assignments=pa.concat_tables(
            [
                changes(assigned, nodes["first_seen_at"], before, previous, now),
                followers(before, record_ids(nodes), living, now),
            ]
        ),
        redirects=redirects(history.redirects, living, now),
        refused_addresses=_hashed(links.refused, hash_key),
        split_count=kept.split_count,
    )


def _assign(nodes: pa.Table, links: Links, digests: pa.Array, keys: pa.ChunkedArray) -> pa.Table:
    """Key, rule and evidence per record: the e-mail where it links or is all there is."""
    is_customer = pc.equal(nodes["node_kind"], "customer").to_numpy()
    by_email = (links.sizes > 1) | (~is_customer & (links.email != NONE))
    rules = np.where(by_email, "email", np.where(is_customer, "vendor_id", "unidentified"))
    hashed = digests.take(pa.array(links.email, mask=~by_email))
    return pa.table(
        {
            **{name: nodes[name] for name in RECORD},
            "customer_key": keys,
            "rule": pa.array(rules.tolist(), pa.string()),
            "evidence": pc.coalesce(hashed, nodes["source_id"]),
        }
    )


def _mint(
    nodes: pa.Table,
    labels: np.ndarray,
    rank: np.ndarray,
    kept: Kept,
    old_keys: pa.Table,
    now: np.datetime64,
) -> tuple[pa.Table, np.ndarray]:
    """New keys for the components without one, named after the record seen first in each."""
    by_rank = np.argsort(rank)
    _, position = np.unique(labels[by_rank], return_index=True)
    first = by_rank[position]  # of each label, in the labels' order
    without = np.flatnonzero(kept.key_of_label == NONE)
    without = without[np.argsort(rank[first[without]])]
    minters = nodes.take(pa.array(first[without]))
    taken = set(old_keys["customer_key"].to_pylist())
    records = zip(*(minters[name].to_pylist() for name in RECORD), strict=True)
    key_of_label = kept.key_of_label.copy()
    key_of_label[without] = old_keys.num_rows + np.arange(len(without))
    instant = pa.scalar(now, INSTANT)
    minted = pa.table(
        {
            "customer_key": pa.array([mint(record, taken) for record in records], pa.string()),
            **{name: minters[name] for name in RECORD},
            "minted_at": pc.fill_null(minters["first_seen_at"], instant),
            "recorded_at": pa.repeat(instant, minters.num_rows),
        },
        schema=CUSTOMER_KEYS,
    )
    return minted, key_of_label


def _ranks(nodes: pa.Table) -> np.ndarray:
    """Each record's place by age; of records equally old the one first in the alphabet."""
    seen = nodes["first_seen_at"].cast(pa.int64()).combine_chunks()
    ages = pc.fill_null(seen, np.iinfo(np.int64).max).to_numpy(zero_copy_only=False)
    rank = np.empty(len(ages), dtype=np.int64)
    rank[np.argsort(ages, kind="stable")] = np.arange(len(ages))
    return rank


def _digests(addresses: pa.Array, hash_key: str) -> pa.Array:
    """Keyed, so that nobody can look an address up by hashing a list of addresses."""
    secret = hash_key.encode()
    hashed = [hmac.digest(secret, text.encode(), "sha256").hex() for text in addresses.to_pylist()]
    return pa.array(hashed, pa.string())


def _hashed(refused: pa.Table, hash_key: str) -> pa.Table:
    evidence = _digests(refused["email_normalized"].combine_chunks(), hash_key)
    return refused.drop_columns("email_normalized").add_column(0, "evidence", evidence)


def _positions(values, among) -> np.ndarray:
    found = pc.fill_null(pc.index_in(values, value_set=_flat(among)), NONE)
    return _flat(found).to_numpy(zero_copy_only=False).astype(np.int64)


def _flat(values) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values


def _pick(values: np.ndarray, positions: np.ndarray) -> np.ndarray:
    return values[np.maximum(positions, 0)] if len(values) else np.full(len(positions), NONE)
