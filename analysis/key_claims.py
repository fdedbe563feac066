"""Which key a record speaks for: its own, or the one it had before its customers were merged.

A merge may be undone. So a merged customer's records go on speaking for their first key; together with the
others the oldest key wins, and by themselves again they win their own back.
"""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.identity_logs import in_order, record_ids
from analysis.identity_tables import NONE


def earlier_keys(assignments: pa.Table, redirects: pa.Table) -> dict[str, str]:
    """Record -> the key that it had before the merges it is still part of; most records aren't here.

    Keys as the log tells them are a stack: a merge puts one on top, going back to one takes off what
    came after it, and any other change begins anew.
    """
    ids = record_ids(assignments)
    codes = ids.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    # Most records were assigned once, and sorting text is slow.
    again = pa.array((np.bincount(codes, minlength=1) > 1)[codes])
    assignments, ids = assignments.filter(again).combine_chunks(), ids.filter(again)
    ordered = in_order(assignments, ids)
    ids, keys = ids.take(ordered), assignments["customer_key"].take(ordered).combine_chunks()
    moved = np.flatnonzero(_equal(ids) & ~_equal(keys)) + 1
    if not len(moved):
        return {}
    merges = set(
        zip(
            redirects["from_customer_key"].to_pylist(),
            redirects["to_customer_key"].to_pylist(),
            strict=True,
        )
    )
    stacks: dict[str, list[str]] = {}
    before = keys.take(pa.array(moved - 1)).to_pylist()
    after = keys.take(pa.array(moved)).to_pylist()
    whose = ids.take(pa.array(moved)).to_pylist()
    for record, old, new in zip(whose, before, after, strict=True):
        stack = stacks.setdefault(record, [old])
        if new in stack:
            del stack[stack.index(new) + 1 :]
        elif (stack[-1], new) in merges:
            stack.append(new)
        else:
            stacks[record] = [new]
    return {record: stack[0] for record, stack in stacks.items() if len(stack) > 1}


def _equal(values: pa.Array) -> np.ndarray:
    """Whether each value but the first is that before it."""
    codes = values.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    return codes[1:] == codes[:-1]


def claims(
    own: np.ndarray, earlier: dict[str, str], ids: pa.Array, key_places: dict[str, int]
) -> np.ndarray:
    """Per record the place of the key that it speaks for; ``own`` are those it has (-1: none)."""
    found = own.copy()
    if earlier:
        places = pc.index_in(pa.array(list(earlier), pa.string()), value_set=ids)
        for place, key in zip(places.to_pylist(), earlier.values(), strict=True):
            if place is not None and found[place] != NONE:
                found[place] = key_places[key]
    return found
