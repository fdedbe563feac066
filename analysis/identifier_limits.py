"""On how many records of one system an address or a number may stand and still link.

Counted are buyers, not orders: a guest checkout is no account, so those that tell one name count once and
a loyal guest stays whole, however often it buys. An account counts by itself, and so does a checkout
without a name: a till's are of anybody.
"""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.identifiers import are_compatible, name_parts

OVER_LIMIT = "over_limit"


def over_limit(
    code: np.ndarray, nodes: pa.Table, node: np.ndarray, size: int, limits: Mapping[str, int]
) -> np.ndarray:
    """Per identifier, of ``size``; ``code`` and ``node`` are each pair's identifier and record.

    Counted in each system by itself: a system that joins the group must not move those before it.
    """
    encoded = pc.dictionary_encode(nodes["system"].combine_chunks())
    names = encoded.dictionary.to_pylist()
    of_node = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    most = np.array([limits.get(name, limits["all"]) for name in names], dtype=np.int64)
    groups, group_of, counts = np.unique(
        code * max(len(names), 1) + of_node[node], return_inverse=True, return_counts=True
    )
    codes, systems = np.divmod(groups, max(len(names), 1))
    # Names are slow to compare, so only where there are too many records.
    many = counts > most[systems]
    rows = np.flatnonzero(many[group_of])
    told = _names(nodes, node[rows])
    by_group: dict[int, list[frozenset[str]]] = defaultdict(list)
    for group, name in zip(group_of[rows].tolist(), told, strict=True):
        if name:
            by_group[group].append(name)
    for group, found in by_group.items():
        others = int(counts[group]) - len(found)
        limit = int(most[systems[group]])
        many[group] = others + _buyers(found, limit - others) > limit
    found = np.zeros(size, dtype=bool)
    found[codes[many]] = True
    return found


def _names(nodes: pa.Table, places: np.ndarray) -> list[frozenset[str]]:
    """What each of the records tells that it is no account of its own: a checkout's name, else nothing."""
    records = nodes.select(["node_kind", "full_name"]).take(pa.array(places))
    is_checkout = pc.equal(records["node_kind"], "checkout")
    return [
        name_parts(name) for name in pc.if_else(is_checkout, records["full_name"], None).to_pylist()
    ]


def _buyers(names: list[frozenset[str]], enough: int) -> int:
    """How many people tell these names, the fullest first; it stops counting when there are too many."""
    people: list[frozenset[str]] = []
    for name in sorted({*names}, key=lambda parts: (-sum(map(len, parts)), sorted(parts))):
        if not any(are_compatible(name, known) for known in people):
            people.append(name)
            if len(people) > enough:
                break
    return len(people)
