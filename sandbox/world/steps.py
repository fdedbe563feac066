"""What each step of building a world took: for benches, and for whoever wonders where the time goes."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Step:
    """``peak_mb`` is the process's peak memory by the step's end, in MB."""

    name: str
    seconds: float
    peak_mb: int


@dataclass
class Steps:
    """Call it with what is to be done: it does that, and notes what it took."""

    taken: list[Step] = field(default_factory=list)

    def __call__(self, work: Callable[..., Any], *arguments: Any) -> Any:
        begun = time.monotonic()
        result = work(*arguments)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        self.taken.append(Step(work.__name__.strip("_"), time.monotonic() - begun, peak))
        return result
