"""Which records have which number, as far as it matters to anybody without an e-mail address."""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.addresses import refused
from analysis.identifier_limits import OVER_LIMIT, over_limit
from analysis.identifiers import e164, tails
from analysis.identity_tables import NONE


@dataclass(frozen=True)
class Numbers:
    """Every (record, number) pair that matters: somebody without e-mail has the number too."""

    node: np.ndarray
    phone: np.ndarray
    texts: pa.Array
    is_over: np.ndarray  # of each text
    refused: pa.Table  # as analysis.addresses.REFUSED
    malformed_count: int


def read(
    phones: pa.Table,
    places: np.ndarray,
    nodes: pa.Table,
    has_email: np.ndarray,
    limits: Mapping[str, int],
) -> Numbers:
    """Only numbers that end like one of a record without e-mail are parsed: parsing takes 50 us each."""
    ends = pc.dictionary_encode(tails(phones["phone"].combine_chunks()))
    code = ends.indices.fill_null(NONE).to_numpy(zero_copy_only=False).astype(np.int64)
    asked = np.zeros(len(ends.dictionary) + 1, dtype=bool)
    here = np.flatnonzero(places != NONE)
    asked[code[here[~has_email[places[here]]]]] = True
    asked[NONE] = False
    rows = here[asked[code[here]]]
    near = phones.take(pa.array(rows))
    encoded = pc.dictionary_encode(
        e164(near["phone"].combine_chunks(), near["country"].combine_chunks())
    )
    order = pc.array_sort_indices(encoded.dictionary)
    texts, size = encoded.dictionary.take(order), len(encoded.dictionary)
    place = np.append(np.argsort(order.to_numpy()), NONE)
    phone = place[encoded.indices.fill_null(NONE).to_numpy(zero_copy_only=False)]
    pairs = np.unique(places[rows][phone != NONE] * max(size, 1) + phone[phone != NONE])
    node, number = np.divmod(pairs, max(size, 1))
    is_over = over_limit(number, nodes, node, size, limits)
    counts = np.bincount(number, minlength=size)
    return Numbers(
        node=node,
        phone=number,
        texts=texts,
        is_over=is_over,
        refused=refused(texts, counts, {OVER_LIMIT: is_over}),
        malformed_count=int((phone == NONE).sum()),
    )
