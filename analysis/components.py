"""Which records are linked: evidence in, one component number per record out.

Only the vendors' own ids and the same e-mail link by themselves. What may not link at all (an address
many people read, an address on too many records) is named here, with its reason.
"""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

ROLE = "role_address"
OVER_LIMIT = "over_limit"
ADDRESSES = pa.schema(
    [("email_normalized", pa.string()), ("reason", pa.string()), ("nodes_count", pa.int64())]
)


@dataclass(frozen=True)
class Links:
    """``labels`` and ``sizes`` per record; ``email`` is -1 where no address may link the record."""

    labels: np.ndarray
    sizes: np.ndarray
    email: np.ndarray
    addresses: pa.Array
    refused: pa.Table


def link(nodes: pa.Table, limit: int) -> Links:
    """Connect records by the same e-mail, unless it is a role's or on more than ``limit`` records."""
    encoded = pc.dictionary_encode(nodes["email_normalized"].combine_chunks())
    addresses = encoded.dictionary
    email = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    known = email >= 0
    counts = np.bincount(email[known], minlength=len(addresses))
    roles = nodes["is_role_address"].fill_null(False).to_numpy(zero_copy_only=False)  # noqa: FBT003
    is_role = np.zeros(len(addresses), dtype=bool)
    is_role[email[known & roles]] = True
    refused = is_role | (counts > limit)
    email = np.where(known & ~refused[email], email, -1) if len(addresses) else email
    labels = _components(email)
    return Links(
        labels=labels,
        sizes=np.bincount(labels, minlength=1)[labels] if len(labels) else labels,
        email=email,
        addresses=addresses,
        refused=_refused(addresses, counts, refused, is_role),
    )


def _components(email: np.ndarray) -> np.ndarray:
    """Each record is an edge to the first record with its address: a star links as well as a clique."""
    size = len(email)
    members = np.flatnonzero(email >= 0)
    _, first, inverse = np.unique(email[members], return_index=True, return_inverse=True)
    hubs = members[first][inverse] if len(members) else members
    edges = coo_array((np.ones(len(members), dtype=np.int8), (members, hubs)), shape=(size, size))
    return connected_components(edges, directed=False)[1].astype(np.int64)


def _refused(
    addresses: pa.Array, counts: np.ndarray, refused: np.ndarray, is_role: np.ndarray
) -> pa.Table:
    reasons = np.where(is_role, ROLE, OVER_LIMIT)[refused]
    return pa.table(
        [
            addresses.filter(pa.array(refused)),
            pa.array(reasons.tolist(), pa.string()),
            pa.array(counts[refused], pa.int64()),
        ],
        schema=ADDRESSES,
    ).sort_by("email_normalized")
