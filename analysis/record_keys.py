"""Which key each record has: its component's old one where it may keep it, the oldest on a merge, or a new one."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from analysis.customer_keys import keep, mint_keys
from analysis.identity_history import ASSIGNMENTS, History
from analysis.identity_logs import by_age, conform, record_ids
from analysis.identity_reading import positions
from analysis.identity_tables import NONE
from analysis.key_claims import claims, earlier_keys


@dataclass(frozen=True)
class Keyed:
    """``keys`` per record; ``previous`` is each record's place among the assignments before, -1: new.

    ``minted`` are the rows of new keys, ``living`` each key that was merged away -> the one that lives.
    """

    keys: pa.ChunkedArray
    previous: np.ndarray
    minted: pa.Table
    living: dict[str, str]


def keys(
    nodes: pa.Table,
    ids: pa.Array,
    labels: np.ndarray,
    before: pa.Table,
    history: History,
    now: np.datetime64,
    prefix: str,
) -> Keyed:
    """``labels`` are the components, numbered from 0; ``before`` what each record was assigned last."""
    old_keys = by_age(history.customer_keys)
    places = {key: place for place, key in enumerate(old_keys["customer_key"].to_pylist())}
    previous = positions(ids, record_ids(before))
    old_key_of = positions(before["customer_key"], old_keys["customer_key"])
    if (old_key_of == NONE).any():
        unknown = before["customer_key"][int(np.argmin(old_key_of))].as_py()
        raise ValueError(f"identity: {unknown} is assigned but was never minted; restore its row")
    own = np.where(previous == NONE, NONE, _pick(old_key_of, previous))
    earlier = earlier_keys(conform(history.assignments, ASSIGNMENTS), history.redirects)
    minters = positions(record_ids(old_keys), ids)
    kept = keep(labels, claims(own, earlier, ids, places), minters)
    minted, key_of_label = mint_keys(nodes, labels, kept, old_keys, now, prefix)
    names = pa.chunked_array([*old_keys["customer_key"].chunks, *minted["customer_key"].chunks])
    living = {names[old].as_py(): names[new].as_py() for old, new in kept.merged.items()}
    return Keyed(names.take(pa.array(key_of_label[labels])), previous, minted, living)


def _pick(values: np.ndarray, places: np.ndarray) -> np.ndarray:
    return values[np.maximum(places, 0)] if len(values) else np.full(len(places), NONE)
