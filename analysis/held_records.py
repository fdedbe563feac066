"""Records whose addresses wait for review: taken, they would join what must not be joined unseen."""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.addresses import Addresses, Joined
from analysis.identity_tables import NONE

COMPONENT_LIMIT = 100
"""Nobody leaves more records than this; a component that does is held until a steward says otherwise.

A guest's checkouts count once per address, as they do in ``identifier_limits``.
"""

SHOP_KINDS = pa.array(["customer", "checkout"])


def sides(nodes: pa.Table) -> np.ndarray:
    """1 where a record bought for a company, 0 where it only bought for itself, -1 unknown."""
    return pc.fill_null(nodes["is_b2b"].cast(pa.int64()), NONE).to_numpy()


def held(
    nodes: pa.Table, labels: np.ndarray, side: np.ndarray, given: Addresses, joined: Joined
) -> tuple[np.ndarray, np.ndarray]:
    """Records of other systems than a shop whose address would join what must not be.

    The first are of companies with private buyers. In a component that is only too large, the second, a
    record that its address links already stays.
    """
    size = int(labels.max(initial=0)) + 1
    business = np.bincount(labels[side == 1], minlength=size) > 0
    private = np.bincount(labels[side == 0], minlength=size) > 0
    is_mixed = (business & private)[labels]
    may_be_held = ~pc.is_in(nodes["node_kind"], value_set=SHOP_KINDS).to_numpy()
    has_address = np.zeros(len(labels), dtype=bool)
    has_address[given.node] = True
    may_be_held &= has_address
    repeats = _repeated_checkouts(nodes, given)
    counts = np.bincount(labels[~repeats], minlength=size)
    is_large = (counts > COMPONENT_LIMIT)[labels] & may_be_held & ~is_mixed
    rows = np.flatnonzero(is_large[given.node])
    stays = rows[joined(given.node[rows], given.texts.take(pa.array(given.address[rows])))]
    is_large[given.node[stays]] = False
    return is_mixed & may_be_held, is_large


def _repeated_checkouts(nodes: pa.Table, given: Addresses) -> np.ndarray:
    """Which records are checkouts of an address but its first."""
    is_checkout = pc.equal(nodes["node_kind"], "checkout").to_numpy()
    rows = np.flatnonzero(is_checkout[given.node])
    first = np.unique(given.group[rows], return_index=True)[1]
    repeats = np.zeros(nodes.num_rows, dtype=bool)
    repeats[given.node[np.delete(rows, first)]] = True
    return repeats
