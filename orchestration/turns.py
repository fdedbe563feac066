"""A turn at the warehouse for a command that isn't a step of the line: its work runs as a run of one step.

So it waits in the same pool as every other writer, is listed in the UI, and a turn whose process died is
given back as a run's is (`runs.py`).
"""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

import dagster as dg

from orchestration import runs
from orchestration.writer import WRITER

T = TypeVar("T")
WAITS = "blocked by limit"  # how Dagster says that somebody else has the turn

logger = logging.getLogger(__name__)


def take_turn(what: str, work: Callable[[], T], waits: Callable[[str], None] = logger.info) -> T:
    """Do ``work`` while nobody else has the warehouse; gives back what it gave, raises what it raised.

    ``what`` names the run, letters, digits and underscores; ``waits`` is told once if another has the turn.
    """
    given: list[T] = []
    raised: list[BaseException] = []

    @dg.op(name=what, pool=WRITER, out=dg.Out(dg.Nothing))
    def step() -> None:
        try:
            given.append(work())
        except BaseException as error:
            raised.append(error)
            raise

    @dg.job(name=what, executor_def=dg.in_process_executor)
    def job() -> None:
        step()

    outcome = runs.execute(dg.Definitions(jobs=[job]), what, _Waiting(waits))
    if raised:
        raise raised[0]
    if not given:
        raise RuntimeError(
            f"{what}: {'; '.join(outcome.failures.values()) or 'its step never ran'}"
        )
    return given[0]


class _Waiting:
    """Hears of a run only that it has to wait."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell, self._told = tell, False

    def expect(self, keys: list[str]) -> None:
        """One step, the caller's own: there is nothing to announce."""

    def hear(self, entry: Any) -> None:
        event = entry.dagster_event
        if event is not None and WAITS in (event.message or "") and not self._told:
            self._told = True
            self._tell("waits for the warehouse's one writer")
