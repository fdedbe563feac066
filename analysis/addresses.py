"""Which e-mail addresses may link records, and which may not, each with its reason."""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

NONE = -1
ROLE = "role_address"
OVER_LIMIT = "over_limit"
MIXED = "company_and_private"
REFUSED = pa.schema(
    [("email_normalized", pa.string()), ("reason", pa.string()), ("nodes_count", pa.int64())]
)


@dataclass(frozen=True)
class Addresses:
    """Every usable (record, address) pair: the record's place, the address, and the group it links in.

    A group is an address, or where companies and private buyers use the same one, its half of it.
    """

    node: np.ndarray
    address: np.ndarray
    group: np.ndarray
    texts: pa.Array
    refused: pa.Table


def usable(
    nodes: pa.Table, emails: pa.Table, email_nodes: np.ndarray, sides: np.ndarray, limit: int
) -> Addresses:
    """Pairs that may link. ``sides`` is per record: 1 buys for a company, 0 for itself, -1 unknown.

    ``email_nodes`` holds the place of each row of ``emails`` among the nodes (-1: not one of them).
    """
    column = pa.chunked_array(
        [*nodes["email_normalized"].chunks, *emails["email_normalized"].chunks], pa.string()
    )
    encoded = pc.dictionary_encode(column.combine_chunks())
    texts = encoded.dictionary
    size = len(texts)
    code = encoded.indices.fill_null(NONE).to_numpy(zero_copy_only=False).astype(np.int64)
    node = np.concatenate([np.arange(nodes.num_rows), email_nodes])
    role = np.concatenate([_flags(nodes["is_role_address"]), _flags(emails["is_role_address"])])
    known = (code != NONE) & (node != NONE)
    code, node, role = code[known], node[known], role[known]
    # An address that a contact names twice is one pair; its own comes first and stays.
    kept = np.sort(np.unique(node * max(size, 1) + code, return_index=True)[1])
    code, node, role = code[kept], node[kept], role[kept]

    is_role = np.zeros(size, dtype=bool)
    is_role[code[role]] = True
    is_over = _over_limit(code, _codes(nodes["system"])[node], size, limit)
    side = sides[node]
    is_mixed = _has(code[side == 1], size) & _has(code[side == 0], size)
    may_link = ~(is_role | is_over)[code] & ~(is_mixed[code] & (side == NONE))
    group = code + size * (is_mixed[code] & (side == 1))
    return Addresses(
        node=node[may_link],
        address=code[may_link],
        group=group[may_link],
        texts=texts,
        refused=_refused(texts, np.bincount(code, minlength=size), is_role, is_over, is_mixed),
    )


def _over_limit(code: np.ndarray, system: np.ndarray, size: int, limit: int) -> np.ndarray:
    """Counted in each system by itself: a system that joins the group must not move those before it."""
    systems = int(system.max(initial=0)) + 1
    pairs, counts = np.unique(code * systems + system, return_counts=True)
    return _has(pairs[counts > limit] // systems, size)


def _has(codes: np.ndarray, size: int) -> np.ndarray:
    found = np.zeros(size, dtype=bool)
    found[codes] = True
    return found


def _codes(column: pa.ChunkedArray) -> np.ndarray:
    encoded = pc.dictionary_encode(column.combine_chunks())
    return encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)


def _flags(column: pa.ChunkedArray) -> np.ndarray:
    return column.fill_null(False).to_numpy()  # noqa: FBT003


def _refused(
    texts: pa.Array,
    counts: np.ndarray,
    is_role: np.ndarray,
    is_over: np.ndarray,
    is_mixed: np.ndarray,
) -> pa.Table:
    refused = is_role | is_over | is_mixed
    reasons = np.where(is_role, ROLE, np.where(is_over, OVER_LIMIT, MIXED))[refused]
    return pa.table(
        [
            texts.filter(pa.array(refused)),
            pa.array(reasons.tolist(), pa.string()),
            pa.array(counts[refused], pa.int64()),
        ],
        schema=REFUSED,
    ).sort_by("email_normalized")
