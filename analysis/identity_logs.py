"""The logs that identity reads and appends to: their columns, and what of them counts today."""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

INSTANT = pa.timestamp("us")
RECORD = ("system", "account", "source_id")
_RECORD_FIELDS = [(name, pa.string()) for name in RECORD]
# What no id contains: ('a|b', 'c') and ('a', 'b|c') stay two records.
_SEPARATOR = "\x1f"

NODES = pa.schema(
    [
        *_RECORD_FIELDS,
        ("node_kind", pa.string()),
        ("email_normalized", pa.string()),
        ("is_role_address", pa.bool_()),
        ("first_seen_at", INSTANT),
    ]
)
CUSTOMER_KEYS = pa.schema(
    [
        ("customer_key", pa.string()),
        *_RECORD_FIELDS,
        ("minted_at", INSTANT),
        ("recorded_at", INSTANT),
    ]
)
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


@dataclass(frozen=True)
class History:
    """What earlier runs decided: the three logs, whole."""

    customer_keys: pa.Table = field(default_factory=CUSTOMER_KEYS.empty_table)
    assignments: pa.Table = field(default_factory=ASSIGNMENTS.empty_table)
    redirects: pa.Table = field(default_factory=REDIRECTS.empty_table)


def conform(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Take the schema's columns, in its types; a missing one is the caller's mistake and is named."""
    missing = [name for name in schema.names if name not in table.column_names]
    if missing:
        raise ValueError(f"identity: table without {', '.join(missing)}; has {table.column_names}")
    return table.select(schema.names).cast(schema).combine_chunks()


def record_ids(table: pa.Table) -> pa.Array:
    """One text per (system, account, source_id)."""
    joined = pc.binary_join_element_wise(*(table[name] for name in RECORD), _SEPARATOR)
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def ordered_nodes(nodes: pa.Table) -> pa.Table:
    """Sort the nodes by what they are, so nothing later depends on the order they came in."""
    nodes = conform(nodes, NODES).sort_by([(name, "ascending") for name in RECORD])
    ids = record_ids(nodes)
    if ids.null_count:
        raise ValueError(f"identity: {ids.null_count} nodes lack system, account or source_id")
    if len(ids) > 1:
        twice = pc.equal(ids[1:], ids[:-1])
        if pc.any(twice).as_py():
            name = ids[1:].filter(twice)[0].as_py().replace(_SEPARATOR, " / ")
            raise ValueError(f"identity: node {name} comes twice; the nodes model must be unique")
    return nodes


def current_assignments(log: pa.Table) -> pa.Table:
    """Each record's newest assignment."""
    order = ("recorded_at", "valid_from", "customer_key")
    return _newest(conform(log, ASSIGNMENTS), order, record_ids)


def current_redirects(log: pa.Table) -> pa.Table:
    """Each dead key's newest redirect: the living key."""
    order = ("redirected_at", "to_customer_key")
    return _newest(conform(log, REDIRECTS), order, lambda table: table["from_customer_key"])


def by_age(keys: pa.Table) -> pa.Table:
    """Keys, oldest first: the key that people have seen longest outlives the others."""
    order = ("recorded_at", "minted_at", "customer_key")
    return conform(keys, CUSTOMER_KEYS).sort_by([(name, "ascending") for name in order])


def _newest(
    table: pa.Table, order: tuple[str, ...], identify: Callable[[pa.Table], pa.Array]
) -> pa.Table:
    if not table.num_rows:
        return table
    table = table.sort_by([(name, "descending") for name in order])
    codes = pc.dictionary_encode(identify(table))
    codes = codes.combine_chunks() if isinstance(codes, pa.ChunkedArray) else codes
    first = np.unique(codes.indices.to_numpy(zero_copy_only=False), return_index=True)[1]
    return table.take(pa.array(first))
