"""Chance that doesn't move: each drawn column has a stream of its own, so a longer column begins like
a shorter one and a new column changes no other. What is drawn for a number stays drawn for it.
"""

import zlib
from dataclasses import dataclass

import numpy as np

DAY = 86_400_000  # milliseconds


@dataclass(frozen=True)
class Streams:
    """Columns of ``size`` numbers from 0, drawn for the ``subject`` in a world of this ``seed``."""

    seed: int
    subject: str
    size: int

    def uniform(self, column: str) -> np.ndarray:
        return np.random.default_rng([self.seed, _key(self.subject), _key(column)]).random(
            self.size
        )

    def happens(self, column: str, share: float) -> np.ndarray:
        return self.uniform(column) < share

    def wait(self, column: str, days: float, least: float = 0.0) -> np.ndarray:
        """Milliseconds until something happens: at ``least`` so many days, ``days`` more on average."""
        return ((least - days * np.log1p(-self.uniform(column))) * DAY).astype("int64")


def _key(name: str) -> int:
    return zlib.crc32(name.encode())
