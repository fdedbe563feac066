"""Reading identity's tables: each in its own types, and of a log what counts today."""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.identity_history import ASSIGNMENTS, CUSTOMER_KEYS, EDGES, REDIRECTS, REFUSALS
from analysis.identity_tables import INSTANT, RECORD

# What no id contains: ('a|b', 'c') and ('a', 'b|c') stay two records.
SEPARATOR = "\x1f"


def conform(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Take the schema's columns, in its types; a missing one is the caller's mistake and is named."""
    missing = [name for name in schema.names if name not in table.column_names]
    if missing:
        raise ValueError(f"identity: table without {', '.join(missing)}; has {table.column_names}")
    return table.select(schema.names).cast(schema).combine_chunks()


def record_ids(table: pa.Table, record: tuple[str, ...] = RECORD) -> pa.Array:
    """One text per (system, account, source_id)."""
    joined = pc.binary_join_element_wise(*(table[name] for name in record), SEPARATOR)
    return joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined


def current_assignments(log: pa.Table) -> pa.Table:
    """Each record's newest assignment."""
    order = ("recorded_at", "valid_from", "customer_key")
    return _newest(conform(log, ASSIGNMENTS), order, record_ids)


def current_redirects(log: pa.Table) -> pa.Table:
    """Each dead key's newest redirect: the living key."""
    order = ("redirected_at", "to_customer_key")
    return _newest(conform(log, REDIRECTS), order, lambda table: table["from_customer_key"])


def in_order(log: pa.Table, ids: pa.Array) -> pa.Array:
    """Places of the assignments, record by record, each record's as they were recorded."""
    codes = pc.dictionary_encode(ids).indices.to_numpy(zero_copy_only=False)
    return pa.array(_order(log, ("recorded_at", "valid_from", "customer_key"), codes))


def open_and_ended(log: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Statements that hold, and those that held: the newest row of each ends it or doesn't."""
    newest = _newest(conform(log, EDGES), ("recorded_at", "valid_from"), edge_ids)
    is_open = pc.is_null(newest["valid_to"])
    return newest.filter(is_open), newest.filter(pc.invert(is_open))


def edge_ids(edges: pa.Table) -> pa.Array:
    """One text per statement: the records, the rule and the evidence."""
    names = (*RECORD, "rule", "evidence", "linked_system", "linked_account", "linked_source_id")
    columns = [pc.fill_null(edges[name], "") for name in names]
    return pc.binary_join_element_wise(*columns, SEPARATOR).combine_chunks()


def current_refusals(log: pa.Table) -> pa.Table:
    """Identifiers that may not link, as last recorded; those that may again have no reason."""
    order = ("recorded_at",)
    return _newest(conform(log, REFUSALS), order, refusal_ids)


def refusal_ids(refusals: pa.Table) -> pa.Array:
    joined = pc.binary_join_element_wise(refusals["identifier"], refusals["evidence"], SEPARATOR)
    return joined.combine_chunks()


def by_age(keys: pa.Table) -> pa.Table:
    """Keys, oldest first: the key that people have seen longest outlives the others."""
    keys = conform(keys, CUSTOMER_KEYS)
    return keys.take(pa.array(_order(keys, ("recorded_at", "minted_at", "customer_key"))))


def after(now: np.datetime64, recorded_at: pa.ChunkedArray):
    """As of now, but later than the row it replaces: two runs may share one vendor clock."""
    ticks = pc.add(pc.cast(recorded_at, pa.int64()), 1)
    return pc.max_element_wise(pa.scalar(now, INSTANT), pc.cast(ticks, INSTANT))


def _newest(
    table: pa.Table, order: tuple[str, ...], identify: Callable[[pa.Table], pa.Array]
) -> pa.Table:
    ids = identify(table)
    ids = ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids
    codes = pc.dictionary_encode(ids).indices.to_numpy(zero_copy_only=False)
    if len(table) == int(codes.max(initial=-1)) + 1:
        return table
    ordered = _order(table, order, codes)
    last = np.append(codes[ordered][1:] != codes[ordered][:-1], True)
    return table.take(pa.array(ordered[last]))


def _order(table: pa.Table, names: tuple[str, ...], *first: np.ndarray) -> np.ndarray:
    """Places of the rows in ascending order of ``first`` and then the named times and texts."""
    keys = [*first, *(sortable(table[name]) for name in names)]
    return np.lexsort(keys[::-1])


def sortable(column: pa.ChunkedArray) -> np.ndarray:
    """Numbers in the order of the values; what is unknown comes last."""
    if pa.types.is_timestamp(column.type):
        return pc.fill_null(column.cast(pa.int64()), np.iinfo(np.int64).max).to_numpy()
    encoded = pc.dictionary_encode(column.combine_chunks())
    place = np.empty(len(encoded.dictionary), dtype=np.int64)
    place[pc.array_sort_indices(encoded.dictionary).to_numpy()] = np.arange(len(place))
    return place[encoded.indices.to_numpy(zero_copy_only=False)]
