"""The logs that identity appends to and reads the next time: their columns."""

from dataclasses import dataclass, field

import pyarrow as pa

from analysis.identity_tables import INSTANT, LINKED_RECORD, RECORD_FIELDS

CUSTOMER_KEYS = pa.schema(
    [
        ("customer_key", pa.string()),
        *RECORD_FIELDS,
        ("minted_at", INSTANT),
        ("recorded_at", INSTANT),
    ]
)
GONE = "gone"
"""Rule of the assignment that ends a record's last one: it was deleted or merged away."""
ASSIGNMENTS = pa.schema(
    [
        *RECORD_FIELDS,
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
        *RECORD_FIELDS,
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
        *RECORD_FIELDS,
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
class History:
    """What earlier runs decided: the logs, whole; ``splits`` is only written."""

    customer_keys: pa.Table = field(default_factory=CUSTOMER_KEYS.empty_table)
    assignments: pa.Table = field(default_factory=ASSIGNMENTS.empty_table)
    redirects: pa.Table = field(default_factory=REDIRECTS.empty_table)
    edges: pa.Table = field(default_factory=EDGES.empty_table)
    refusals: pa.Table = field(default_factory=REFUSALS.empty_table)
    refused_pairs: pa.Table = field(default_factory=REFUSED_PAIRS.empty_table)
    splits: pa.Table = field(default_factory=SPLITS.empty_table)
