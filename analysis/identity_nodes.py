"""The records that identity resolves, in the one order that nothing depends on: by age."""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.identity_logs import SEPARATOR, conform, record_ids, sortable
from analysis.identity_tables import NODES


def nodes_by_age(nodes: pa.Table) -> tuple[pa.Table, pa.Array]:
    """The nodes, oldest first, and their ids; each record once, or the model that made them is named.

    A record's place is its age from here on, so that nothing depends on the order in which records came.
    """
    nodes = conform(nodes, NODES)
    ids = record_ids(nodes)
    if ids.null_count:
        raise ValueError(f"identity: {ids.null_count} nodes lack system, account or source_id")
    codes = pc.dictionary_encode(ids).indices.to_numpy(zero_copy_only=False)
    counts = np.bincount(codes, minlength=1)
    if counts.max() > 1:
        name = ids[int(np.flatnonzero(counts[codes] > 1)[0])].as_py().replace(SEPARATOR, " / ")
        raise ValueError(f"identity: node {name} comes twice; the nodes model must be unique")
    seen = sortable(nodes["first_seen_at"])
    oldest_first = pa.array(np.lexsort((among_equals(seen, ids), seen)))
    return nodes.take(oldest_first).combine_chunks(), ids.take(oldest_first)


def among_equals(groups: np.ndarray, texts: pa.Array) -> np.ndarray:
    """Each text's place in the alphabet among those of its group; 0 for one that is alone in it.

    Sorting text is slow, so only what a group leaves open is sorted.
    """
    _, group, counts = np.unique(groups, return_inverse=True, return_counts=True)
    tied = np.flatnonzero(counts[group] > 1)
    place = np.zeros(len(groups), dtype=np.int64)
    place[tied[pc.array_sort_indices(texts.take(pa.array(tied))).to_numpy()]] = np.arange(len(tied))
    return place
