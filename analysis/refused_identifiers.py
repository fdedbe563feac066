"""Addresses and numbers that may link nobody new: what to append to their log."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from analysis.identity_evidence import Digests
from analysis.identity_history import REFUSALS


def changes(refused: Mapping[str, pa.Table], digests: Digests, earlier: pa.Table, now) -> pa.Table:
    """Rows to append: identifiers that may not link since now, for another reason, or may again."""
    rows = {
        (identifier, evidence): (reason, count)
        for identifier, table in refused.items()
        for evidence, reason, count in zip(
            digests.of(table["value"].combine_chunks()).to_pylist(),
            table["reason"].to_pylist(),
            table["records_count"].to_pylist(),
            strict=True,
        )
    }
    was = {
        (row["identifier"], row["evidence"]): (
            row["reason"],
            row["records_count"],
            row["recorded_at"],
        )
        for row in earlier.to_pylist()
    }
    found = []
    for key in sorted({*rows, *was}):
        reason, count = rows.get(key, (None, 0))
        before = was.get(key, (None, 0, None))
        if (reason, count) != before[:2]:
            least = now if before[2] is None else np.datetime64(before[2], "us") + 1
            found.append((*key, reason, count, max(now, least)))
    columns = zip(*found, strict=True) if found else [[] for _ in REFUSALS]
    return pa.table([list(column) for column in columns], schema=REFUSALS)
