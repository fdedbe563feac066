"""What stands before a landing while a list is read and notes ids: a reading that is doubted takes them back too."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ingestion.landing import Landing


@dataclass
class Noting:
    """Passes for the landing behind it; who inherits decides in ``add`` what goes through and what is noted."""

    landing: Landing
    ids: set[str] = field(default_factory=set, init=False)

    @property
    def stream(self) -> str:
        return self.landing.stream

    @property
    def where(self) -> str:
        return self.landing.where

    def mark(self) -> tuple[Mapping[str, int], frozenset[str]]:
        return self.landing.mark(), frozenset(self.ids)

    def rewind(self, mark: tuple[Mapping[str, int], frozenset[str]]) -> None:
        before, ids = mark
        self.landing.rewind(before)
        self.ids = set(ids)
