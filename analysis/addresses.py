"""Which e-mail addresses may link records, and which may not, each with its reason."""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.identifier_limits import OVER_LIMIT, over_limit
from analysis.identifiers import one_domain
from analysis.identity_tables import NONE

ROLE = "role_address"
DISPOSABLE = "disposable_address"
MIXED = "company_and_private"
REFUSED = pa.schema(
    [("value", pa.string()), ("reason", pa.string()), ("records_count", pa.int64())]
)
Joined = Callable[[np.ndarray, pa.Array], np.ndarray]
"""Of places of records and the identifier of each: whether it links that record already."""


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
    nodes: pa.Table,
    emails: pa.Table,
    email_nodes: np.ndarray,
    sides: np.ndarray,
    limits: Mapping[str, int],
    joined: Joined,
) -> Addresses:
    """Pairs that may link. ``sides`` is per record: 1 buys for a company, 0 for itself, -1 unknown.

    ``email_nodes`` holds the place of each row of ``emails`` among the nodes (-1: not one of them),
    ``limits`` the most buyers per system. What an address over its limit links already stays linked.
    """
    columns = ("email_normalized", "is_role_address", "is_disposable_address")
    both = pa.concat_tables([nodes.select(columns), emails.select(columns)]).combine_chunks()
    encoded = pc.dictionary_encode(one_domain(_flat(both["email_normalized"])))
    texts = encoded.dictionary
    size = len(texts)
    code = encoded.indices.fill_null(NONE).to_numpy(zero_copy_only=False).astype(np.int64)
    node = np.concatenate([np.arange(nodes.num_rows), email_nodes])
    known = (code != NONE) & (node != NONE)
    is_role = _has(code[known & _flags(both["is_role_address"])], size)
    is_disposable = _has(code[known & _flags(both["is_disposable_address"])], size)
    own_count = int(known[: nodes.num_rows].sum())
    code, node = code[known], node[known]
    # An address that a contact names twice is one pair; of a record's addresses its own comes first.
    pairs, first = np.unique(node * max(size, 1) + code, return_index=True)
    node, code = np.divmod(pairs[np.argsort(first >= own_count, kind="stable")], max(size, 1))

    is_over = over_limit(code, nodes, node, size, limits)
    side = sides[node]
    is_mixed = _has(code[side == 1], size) & _has(code[side == 0], size)
    may_link = ~(is_role | is_disposable | is_over)[code]
    over = np.flatnonzero(is_over[code] & ~(is_role | is_disposable)[code])
    may_link[over] = joined(node[over], texts.take(pa.array(code[over])))
    may_link &= ~(is_mixed[code] & (side == NONE))
    group = code + size * (is_mixed[code] & (side == 1))
    counts = np.bincount(code, minlength=size)
    # Of several reasons the last one here is given.
    reasons = {MIXED: is_mixed, OVER_LIMIT: is_over, DISPOSABLE: is_disposable, ROLE: is_role}
    return Addresses(
        node=node[may_link],
        address=code[may_link],
        group=group[may_link],
        texts=texts,
        refused=refused(texts, counts, reasons),
    )


def refused(texts: pa.Array, counts: np.ndarray, reasons: Mapping[str, np.ndarray]) -> pa.Table:
    """As ``REFUSED``; of an identifier's reasons the last one is given."""
    given = np.full(len(texts), None, dtype=object)
    for reason, holds in reasons.items():
        given[holds] = reason
    is_refused = pa.array([reason is not None for reason in given], pa.bool_())
    found = [texts, pa.array(given.tolist(), pa.string()), pa.array(counts, pa.int64())]
    return pa.table([column.filter(is_refused) for column in found], schema=REFUSED).sort_by(
        "value"
    )


def _has(codes: np.ndarray, size: int) -> np.ndarray:
    found = np.zeros(size, dtype=bool)
    found[codes] = True
    return found


def _flags(column: pa.ChunkedArray) -> np.ndarray:
    return column.fill_null(False).to_numpy()  # noqa: FBT003


def _flat(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks()
