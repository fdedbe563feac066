"""The tables that identity reads: their columns. The logs it appends to stand in ``identity_history``."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

NONE = -1
"""No place: of a record that isn't there, an address that nobody has, a key not given."""
INSTANT = pa.timestamp("us")
RECORD = ("system", "account", "source_id")
RECORD_FIELDS = [(name, pa.string()) for name in RECORD]

NODES = pa.schema(
    [
        *RECORD_FIELDS,
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
        *RECORD_FIELDS,
        ("email_normalized", pa.string()),
        ("is_role_address", pa.bool_()),
        ("is_disposable_address", pa.bool_()),
    ]
)
# Numbers as they were typed, and the country to read them by.
PHONES = pa.schema([*RECORD_FIELDS, ("phone", pa.string()), ("country", pa.string())])
LINKED_RECORD = ("linked_system", "linked_account", "linked_source_id")
# A vendor's own word that two records are one person; `refusal` says why it is not taken.
LINKS = pa.schema(
    [
        *RECORD_FIELDS,
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
        *RECORD_FIELDS,
        *((name, pa.string()) for name in LINKED_RECORD),
        ("decided_by", pa.string()),
        ("decided_at", INSTANT),
    ]
)
LIMITS = pa.schema(
    [("identifier", pa.string()), ("system", pa.string()), ("max_records_count", pa.int64())]
)


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
