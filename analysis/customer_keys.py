"""Which component keeps which key, and what a new key is called; ``prefix`` says what it is a key of.

A key is minted once. A merge keeps the key that was recorded first, a split leaves it with the larger
part, and what a merge joined gets its own keys back when it comes apart; nothing here looks at the order
of the rows.
"""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

import hashlib
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.identity_history import CUSTOMER_KEYS
from analysis.identity_tables import INSTANT, NONE, RECORD

DIGITS = 20


@dataclass(frozen=True)
class Kept:
    """``key_of_label``: the key each component keeps, or -1; ``merged``: key -> the key it went into."""

    key_of_label: np.ndarray
    merged: dict[int, int]


def keep(labels: np.ndarray, keys: np.ndarray, minters: np.ndarray) -> Kept:
    """Settle which component keeps each key that its records claim (see ``key_claims``).

    ``labels`` and ``keys`` are per record, from the oldest (-1: has none). Keys are numbered from the
    oldest too, and ``minters`` holds the record each was minted for (-1: gone).
    """
    key_of_label = np.full(labels.max(initial=NONE) + 1, NONE, dtype=np.int64)
    had = np.flatnonzero(keys != NONE)
    if not len(had):
        return Kept(key_of_label, {})
    # One number per (key, label): numpy sorts numbers ten times as fast as pairs.
    pairs, first, counts = np.unique(
        keys[had] * len(key_of_label) + labels[had], return_index=True, return_counts=True
    )
    key, label = np.divmod(pairs, len(key_of_label))
    minter = minters[key]
    holds_minter = (minter != NONE) & (labels[minter] == label)
    order = np.lexsort((first, ~holds_minter, -counts, key))
    keepers = order[np.unique(key[order], return_index=True)[1]]
    # Keys are numbered by age, so the first key that reaches a component is its oldest.
    won_key, won_label = key[keepers], label[keepers]
    kept_labels, first = np.unique(won_label, return_index=True)
    key_of_label[kept_labels] = won_key[first]
    survivors = key_of_label[won_label]
    pairs_of_keys = zip(won_key.tolist(), survivors.tolist(), strict=True)
    merged = {old: survivor for old, survivor in pairs_of_keys if old != survivor}
    return Kept(key_of_label, merged)


def mint(record: tuple[str, str, str], taken: set[str], prefix: str) -> str:
    """Name a new key after its first record; adds it to ``taken``.

    A record can mint twice (merged away, later split off again): the second key gets a number, because
    the first already redirects.
    """
    identity = "|".join(record)
    attempt = 0
    while True:
        text = identity if not attempt else f"{identity}|{attempt}"
        key = f"{prefix}_{hashlib.sha256(text.encode()).hexdigest()[:DIGITS]}"
        if key not in taken:
            taken.add(key)
            return key
        attempt += 1


def mint_keys(
    nodes: pa.Table,
    labels: np.ndarray,
    kept: Kept,
    old_keys: pa.Table,
    now: np.datetime64,
    prefix: str,
) -> tuple[pa.Table, np.ndarray]:
    """New keys for the components without one, named after the first record of each: its oldest."""
    first = np.unique(labels, return_index=True)[1]  # record of each label
    without = np.flatnonzero(kept.key_of_label == NONE)
    without = without[np.argsort(first[without])]
    minters = nodes.take(pa.array(first[without]))
    taken = set(old_keys["customer_key"].to_pylist())
    records = zip(*(minters[name].to_pylist() for name in RECORD), strict=True)
    key_of_label = kept.key_of_label.copy()
    key_of_label[without] = old_keys.num_rows + np.arange(len(without))
    instant = pa.scalar(now, INSTANT)
    minted = pa.table(
        {
            "customer_key": pa.array(
                [mint(record, taken, prefix) for record in records], pa.string()
            ),
            **{name: minters[name] for name in RECORD},
            "minted_at": pc.fill_null(minters["first_seen_at"], instant),
            "recorded_at": pa.repeat(instant, minters.num_rows),
        },
        schema=CUSTOMER_KEYS,
    )
    return minted, key_of_label
