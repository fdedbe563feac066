"""Connected components: pairs of places in, one label per place out. Knows nothing of records or rules.

A label is the component's first place, so it doesn't depend on the order of the pairs, and labels made in
full and those made from earlier ones (``grown``, ``cut``) are equal, not only alike.
"""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def label(size: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Labels of ``size`` places, from all pairs; time and memory grow with the pairs."""
    is_pair = left != right
    if not is_pair.any():
        return np.arange(size)
    places = (ends[is_pair].astype(np.int32, copy=False) for ends in (left, right))
    pairs = coo_array((np.ones(int(is_pair.sum())), tuple(places)), shape=(size, size))
    # A pair that comes twice changes nothing; adding the two up would take a third of the time.
    pairs.has_canonical_format = True
    found = connected_components(pairs.tocsr(), directed=False)[1]
    return _first_places(found)[found]


def grown(labels: np.ndarray, size: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Labels after more pairs, and more places up to ``size``; only the pairs that are new are looked at."""
    before = np.concatenate([labels, np.arange(len(labels), size)])
    one, other = before[left], before[right]
    ends = np.unique(np.concatenate([one, other]))
    joined = label(len(ends), np.searchsorted(ends, one), np.searchsorted(ends, other))
    # Of labels that join, the least is the first place of them all, and ends are in order.
    after = np.arange(size)
    after[ends] = ends[joined]
    return after[before]


def cut(labels: np.ndarray, touched: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Labels after pairs were taken away: components of the ``touched`` places are made again.

    ``left`` and ``right`` are the pairs that remain, all of them or those of the touched components.
    """
    is_touched = np.zeros(len(labels), dtype=bool)
    is_touched[labels[touched]] = True
    inside = np.flatnonzero(is_touched[labels])
    near = is_touched[labels[left]]
    ends = np.searchsorted(inside, left[near]), np.searchsorted(inside, right[near])
    after = labels.copy()
    after[inside] = inside[label(len(inside), *ends)]
    return after


def _first_places(found: np.ndarray) -> np.ndarray:
    """Of each component its first place: written backwards, the first comes last and stays."""
    first = np.empty(int(found.max(initial=-1)) + 1, dtype=np.int64)
    first[found[::-1]] = np.arange(len(found))[::-1]
    return first
