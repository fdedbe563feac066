"""What a resolution appends to the logs: assignments that say something new, and redirects.

No row is ever changed. A new row is recorded after the one it replaces, also when two runs share one
vendor clock.
"""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.identity_history import ASSIGNMENTS, GONE, REDIRECTS, SPLITS
from analysis.identity_logs import after, current_redirects, record_ids
from analysis.identity_tables import INSTANT, NONE

MERGED, FORWARDED, REVIVED = "merge", "merge_of_target", "unmerge"
SPLIT = "split"


def changes(
    assigned: pa.Table, first_seen: pa.ChunkedArray, before: pa.Table, previous: np.ndarray, now
) -> pa.Table:
    """The assignments that say something new, each recorded after the one it replaces.

    ``held_from`` is since when a vendor's link holds, or a record is gone; null for other evidence.
    """
    was = before.take(pa.array(previous, mask=previous == NONE))
    same_evidence = pc.and_kleene(
        pc.equal(assigned["rule"], was["rule"]), pc.equal(assigned["evidence"], was["evidence"])
    )
    same_key = pc.equal(assigned["customer_key"], was["customer_key"])
    changed = pc.invert(pc.fill_null(pc.and_kleene(same_key, same_evidence), False))  # noqa: FBT003
    held_from = pc.min_element_wise(
        assigned["held_from"], pa.scalar(now, INSTANT), skip_nulls=False
    )
    # A link that dates from after the last decision says when the change came; others came to light now.
    is_news = pc.and_(
        pc.invert(pc.fill_null(same_evidence, True)),  # noqa: FBT003
        pc.fill_null(pc.greater(held_from, was["recorded_at"]), False),  # noqa: FBT003
    )
    is_dated = pc.or_(is_news, pc.equal(assigned["rule"], GONE))
    since = pc.if_else(is_dated, held_from, pa.scalar(now, INSTANT))
    first = pc.fill_null(pc.max_element_wise(first_seen, held_from), pa.scalar(now, INSTANT))
    valid_from = pc.if_else(
        pc.is_valid(was["customer_key"]), pc.max_element_wise(since, was["valid_from"]), first
    )
    assigned = assigned.append_column("valid_from", valid_from)
    assigned = assigned.append_column("recorded_at", after(now, was["recorded_at"]))
    return assigned.filter(changed).select(ASSIGNMENTS.names).cast(ASSIGNMENTS)


def departed(before: pa.Table, present: pa.Array, now: np.datetime64) -> pa.Table:
    """Rows that end the assignments of records no longer among the nodes, under the key they had last."""
    is_absent = pc.invert(pc.is_in(record_ids(before), value_set=present))
    rows = before.filter(pc.and_(is_absent, pc.not_equal(before["rule"], GONE)))
    for name, column in [
        ("rule", pa.repeat(GONE, len(rows))),
        ("evidence", rows["source_id"]),
        ("valid_from", _not_before(now, rows["valid_from"])),
        ("recorded_at", after(now, rows["recorded_at"])),
    ]:
        rows = rows.set_column(rows.column_names.index(name), name, column)
    return rows.cast(ASSIGNMENTS)


def redirects(
    earlier: pa.Table, living: dict[str, str], kept: set[str], now: np.datetime64
) -> pa.Table:
    """Rows to append: keys merged now, those that move on with their target, those that live again.

    ``living`` says where each merged key went, ``kept`` which keys have a customer. A key that lives again
    leads to itself.
    """
    was = {row["from_customer_key"]: row for row in current_redirects(earlier).to_pylist()}
    wanted: dict[str, str] = {key: key for key in kept if key in was}
    for key, row in was.items():
        target = str(row["to_customer_key"])
        if key not in living and key not in kept:
            wanted[key] = living.get(target, target)
    rows = []
    for key, target in sorted((wanted | living).items()):
        before = was.get(key)
        if before and before["to_customer_key"] == target:
            continue
        if target == key:
            reason = REVIVED
        else:
            reason = FORWARDED if before and before["to_customer_key"] != key else MERGED
        at = np.datetime64(before["redirected_at"], "us") + 1 if before else now
        rows.append((key, target, max(now, at), reason))
    columns = zip(*rows, strict=True) if rows else [[] for _ in REDIRECTS]
    return pa.table([list(column) for column in columns], schema=REDIRECTS)


def splits(
    changed: pa.Table,
    before: pa.Table,
    living: dict[str, str],
    revived: set[str],
    now: np.datetime64,
) -> pa.Table:
    """Pairs of keys between which records moved although the first lives on."""
    places = pc.index_in(record_ids(changed), value_set=record_ids(before))
    was = before["customer_key"].take(places).to_pylist()
    moved: dict[tuple[str, str], int] = {}
    for old, new in zip(was, changed["customer_key"].to_pylist(), strict=True):
        if old is not None and old != new and living.get(old) != new:
            moved[old, new] = moved.get((old, new), 0) + 1
    rows = [
        (old, new, now, REVIVED if new in revived else SPLIT, count)
        for (old, new), count in sorted(moved.items())
    ]
    columns = zip(*rows, strict=True) if rows else [[] for _ in SPLITS]
    return pa.table([list(column) for column in columns], schema=SPLITS)


def _not_before(now: np.datetime64, earlier: pa.ChunkedArray):
    return pc.max_element_wise(pa.scalar(now, INSTANT), earlier)
