"""The tables that identity reads and the logs it appends to: their columns."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

NONE = -1
"""No place: of a record that isn't there, an address that nobody has, a key not given."""
INSTANT = pa.timestamp("us")
RECORD = ("system", "account", "source_id")
_RECORD_FIELDS = [(name, pa.string()) for name in RECORD]

NODES = pa.schema(
    [
        *_RECORD_FIELDS,
        ("node_kind", pa.string()),
        ("email_normalized", pa.string()),
        ("is_role_address", pa.bool_()),
        ("is_disposable_address", pa.bool_()),
        ("full_name", pa.string()),
        ("is_b2b", pa.bool_()),  # null: neither bought for a company nor for itself yet
        ("first_seen_at", INSTANT),
        # Its system merged it away: it still says who is who, but is no record.
        ("gone_at", INSTANT),
    ]
)
# Addresses of a node beside the one in NODES: a CRM keeps those of the contacts it merged.
EMAILS = pa.schema(
    [
        *_RECORD_FIELDS,
        ("email_normalized", pa.string()),
        ("is_role_address", pa.bool_()),
        ("is_disposable_address", pa.bool_()),
    ]
)
# Numbers as they were typed, and the country to read them by.
PHONES = pa.schema([*_RECORD_FIELDS, ("phone", pa.string()), ("country", pa.string())])
LINKED_RECORD = ("linked_system", "linked_account", "linked_source_id")
# A vendor's own word that two records are one person; `refusal` says why it is not taken.
LINKS = pa.schema(
    [
        *_RECORD_FIELDS,
        *((name, pa.string()) for name in LINKED_RECORD),
        ("rule", pa.string()),
        ("evidence", pa.string()),
        ("valid_from", INSTANT),
        ("refusal", pa.string()),
    ]
)
# What a steward decided about two records: link, or cannot_link, where the first is the one that leaves.
DECISIONS = pa.schema(
    [
        ("decision", pa.string()),
        *_RECORD_FIELDS,
        *((name, pa.string()) for name in LINKED_RECORD),
        ("decided_by", pa.string()),
        ("decided_at", INSTANT),
    ]
)
LIMITS = pa.schema(
    [("identifier", pa.string()), ("system", pa.string()), ("max_records_count", pa.int64())]
)
CUSTOMER_KEYS = pa.schema(
    [
        ("customer_key", pa.string()),
        *_RECORD_FIELDS,
        ("minted_at", INSTANT),
        ("recorded_at", INSTANT),
    ]
)
GONE = "gone"
"""Rule of the assignment that ends a record's last one: it was deleted or merged away."""
ASSIGNMENTS = pa.schema(
    [
        *_RECORD_FIELDS,
        ("customer_key", pa.string()),
        ("rule", pa.string()),
        ("evidence", pa.string()),
        ("valid_from", INSTANT),
        ("recorded_at", INSTANT),
    ]
)
REDIRECTS = pa.schema(
    [
        ("from_customer_key", pa.string()),
        ("to_customer_key", pa.string()),
        ("redirected_at", INSTANT),
        ("reason", pa.string()),
    ]
)


# One row per statement that begins (valid_to null) or ends. An address is shared evidence: whoever has an
# open row with its hash is linked by it, so linked_* is null; other rules name the other record.
EDGES = pa.schema(
    [
        *_RECORD_FIELDS,
        *((name, pa.string()) for name in LINKED_RECORD),
        ("rule", pa.string()),
        ("evidence", pa.string()),
        ("source", pa.string()),
        ("valid_from", INSTANT),
        ("valid_to", INSTANT),
        ("recorded_at", INSTANT),
    ]
)
# One row whenever the reason or the count of an identifier that may not link changes; null: it may again.
REFUSALS = pa.schema(
    [
        ("identifier", pa.string()),
        ("evidence", pa.string()),
        ("reason", pa.string()),
        ("records_count", pa.int64()),
        ("recorded_at", INSTANT),
    ]
)
# One row per pair of keys whenever records left a key that lives on without them.
SPLITS = pa.schema(
    [
        ("from_customer_key", pa.string()),
        ("to_customer_key", pa.string()),
        ("split_at", INSTANT),
        ("reason", pa.string()),
        ("records_count", pa.int64()),
    ]
)
# One row whenever a pair of records that a guard keeps apart begins (is_open) or ceases to be one.
REFUSED_PAIRS = pa.schema(
    [
        *_RECORD_FIELDS,
        *((name, pa.string()) for name in LINKED_RECORD),
        ("rule", pa.string()),
        ("evidence", pa.string()),
        ("refusal", pa.string()),
        ("is_open", pa.bool_()),
        ("recorded_at", INSTANT),
    ]
)
LOGS = {
    "customer_keys": CUSTOMER_KEYS,
    "assignments": ASSIGNMENTS,
    "redirects": REDIRECTS,
    "edges": EDGES,
    "refusals": REFUSALS,
    "refused_pairs": REFUSED_PAIRS,
    "splits": SPLITS,
}
"""Every table of ``raw_identity``, append-only."""


@dataclass(frozen=True)
class Records:
    """What there is to resolve: records, their further addresses and numbers, the vendors' own links.

    Beside them what stewards decided, and the limits (empty: none).
    """

    nodes: pa.Table
    emails: pa.Table = field(default_factory=EMAILS.empty_table)
    links: pa.Table = field(default_factory=LINKS.empty_table)
    phones: pa.Table = field(default_factory=PHONES.empty_table)
    decisions: pa.Table = field(default_factory=DECISIONS.empty_table)
    limits: pa.Table = field(default_factory=LIMITS.empty_table)

    def limits_of(self, identifier: str) -> dict[str, int]:
        """Most records per system; 'all' is always there."""
        rows = self.limits.to_pylist()
        given = {r["system"]: r["max_records_count"] for r in rows if r["identifier"] == identifier}
        return {"all": np.iinfo(np.int64).max} | given


@dataclass(frozen=True)
class History:
    """What earlier runs decided: the logs, whole; ``splits`` is only written."""

    customer_keys: pa.Table = field(default_factory=CUSTOMER_KEYS.empty_table)
    assignments: pa.Table = field(default_factory=ASSIGNMENTS.empty_table)
    redirects: pa.Table = field(default_factory=REDIRECTS.empty_table)
    edges: pa.Table = field(default_factory=EDGES.empty_table)
    refusals: pa.Table = field(default_factory=REFUSALS.empty_table)
    refused_pairs: pa.Table = field(default_factory=REFUSED_PAIRS.empty_table)
    splits: pa.Table = field(default_factory=SPLITS.empty_table)
