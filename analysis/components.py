"""Which records are linked: evidence in, one component number per record out.

A vendor's own word links whatever else the records say. The same e-mail links unless the address may
not, or unless it would carry a CRM or PSP record across what must not be joined unseen.
"""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from analysis.addresses import NONE, Addresses

COMPONENT_LIMIT = 100
"""Nobody leaves more records than this; a component that does is held until a steward says otherwise."""

SHOP_KINDS = pa.array(["customer", "checkout"])


@dataclass(frozen=True)
class Edges:
    """The vendors' own links between places of records; ``row`` is the link's place in its table.

    A record's strongest comes first: a merge, then the word about the record that is there longest.
    """

    source: np.ndarray
    target: np.ndarray
    row: np.ndarray


@dataclass(frozen=True)
class Components:
    """Per record: its component, the link that speaks for it, the address that links it or its own.

    ``link`` and ``address`` are -1 where there is none, ``is_shared`` says that others have the
    address, ``is_held`` that the record's addresses were not taken and wait for review.
    """

    labels: np.ndarray
    link: np.ndarray
    address: np.ndarray
    is_shared: np.ndarray
    is_held: np.ndarray


def sides(nodes: pa.Table) -> np.ndarray:
    """1 where a record bought for a company, 0 where it only bought for itself, -1 unknown."""
    return pc.fill_null(nodes["is_b2b"].cast(pa.int64()), NONE).to_numpy()


def connect(nodes: pa.Table, addresses: Addresses, edges: Edges) -> Components:
    """Join by links and addresses; in a component that must not be, only shops' addresses count.

    So a new CRM or PSP record never joins two customers that the shops keep apart as a company and a
    private buyer, and never takes a shop's customers apart either.
    """
    size = nodes.num_rows
    side = sides(nodes)
    labels = _label(size, addresses.node, addresses.group, edges)
    is_elsewhere = ~pc.is_in(nodes["node_kind"], value_set=SHOP_KINDS).to_numpy()
    has_address = np.zeros(size, dtype=bool)
    has_address[addresses.node] = True
    is_held = _questionable(labels, side)[labels] & is_elsewhere & has_address
    kept = ~is_held[addresses.node]
    node, address, group = (x[kept] for x in (addresses.node, addresses.address, addresses.group))
    if is_held.any():
        labels = _label(size, node, group, edges)
    is_shared = (np.bincount(group, minlength=1) > 1)[group]
    # Of a record's addresses one that others have speaks for it, else its first.
    order = np.lexsort((np.arange(len(node)), ~is_shared, node))
    first = order[np.unique(node[order], return_index=True)[1]]
    return Components(
        labels=labels,
        link=_first_rows(size, edges),
        address=_filled(size, node[first], address[first], NONE),
        is_shared=_filled(size, node[first], is_shared[first], fill=False),
        is_held=is_held,
    )


def edges(links: pa.Table, sources: np.ndarray, targets: np.ndarray, rank: np.ndarray) -> Edges:
    """The links that are taken: not refused, and with both records there. ``rank`` is by age."""
    is_refused = pc.is_valid(links["refusal"]).to_numpy()
    row = np.flatnonzero((sources != NONE) & (targets != NONE) & ~is_refused)
    is_merge = pc.equal(links["rule"], "vendor_merge").to_numpy()[row]
    order = np.lexsort((rank[targets[row]], ~is_merge, sources[row]))
    return Edges(sources[row][order], targets[row][order], row[order])


def _label(size: int, node: np.ndarray, group: np.ndarray, edges: Edges) -> np.ndarray:
    """Each record is an edge to the first record with its address: a star links as well as a clique."""
    _, first, inverse = np.unique(group, return_index=True, return_inverse=True)
    hubs = node[first][inverse] if len(node) else node
    rows = np.concatenate([node, edges.source])
    columns = np.concatenate([hubs, edges.target])
    graph = coo_array((np.ones(len(rows), dtype=np.int8), (rows, columns)), shape=(size, size))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def _questionable(labels: np.ndarray, side: np.ndarray) -> np.ndarray:
    """Per component: it spans companies and private buyers, or is larger than anybody's."""
    counts = np.bincount(labels, minlength=1)
    business = np.bincount(labels[side == 1], minlength=len(counts)) > 0
    private = np.bincount(labels[side == 0], minlength=len(counts)) > 0
    return (business & private) | (counts > COMPONENT_LIMIT)


def _first_rows(size: int, edges: Edges) -> np.ndarray:
    source, first = np.unique(edges.source, return_index=True)
    return _filled(size, source, edges.row[first], NONE)


def _filled(size: int, places: np.ndarray, values: np.ndarray, fill: int | bool) -> np.ndarray:
    filled = np.full(size, fill, dtype=values.dtype)
    filled[places] = values
    return filled
