"""What the open statements hold together already: new evidence is judged beside it."""

# pyarrow.compute makes its functions at import, out of a type checker's sight.
# pyright: reportAttributeAccessIssue=false

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.addresses import Joined
from analysis.identity_edges import EMAIL
from analysis.identity_evidence import Digests
from analysis.identity_logs import SEPARATOR, record_ids
from analysis.identity_tables import NONE


def linked_already(held: pa.Table, ids: pa.Array, digests: Digests) -> Joined:
    """Whether a record is linked by an address, as the open statements have it."""
    by_email = held.filter(pc.equal(held["rule"], EMAIL))
    known = pc.binary_join_element_wise(
        record_ids(by_email), by_email["evidence"].combine_chunks(), SEPARATOR
    )

    def joined(places: np.ndarray, addresses: pa.Array) -> np.ndarray:
        asked = pc.binary_join_element_wise(
            ids.take(pa.array(places)), digests.of(addresses), SEPARATOR
        )
        return pc.is_in(asked, value_set=known).to_numpy(zero_copy_only=False)

    return joined


def phone_links(
    held: pa.Table,
    places: np.ndarray,
    others: np.ndarray,
    has_email: np.ndarray,
    given: Mapping[str, set[int]],
) -> np.ndarray:
    """Which of the open phone statements hold on: both records are there and still have the number.

    ``places`` and ``others`` are those of the statements' records, ``given`` is number's hash -> records.
    """
    rows = np.flatnonzero((places != NONE) & (others != NONE))
    rows = rows[~has_email[places[rows]]]
    evidence = held["evidence"].take(pa.array(rows)).to_pylist()
    return np.array(
        [
            row
            for row, number in zip(rows.tolist(), evidence, strict=True)
            if {int(places[row]), int(others[row])} <= given.get(number, set())
        ],
        dtype=np.int64,
    )
