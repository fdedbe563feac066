"""Adyen's report files: which are there, which are still to come.

Nothing lists them. Batches are numbered and days follow each other, so the next is asked for; one that isn't
there (404) may come later: it is kept as missing and asked for again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa

from ingestion.adyen_lines import accounting_lines, settlement_lines
from ingestion.errors import while_reading
from ingestion.file_folder import BasicAuth, Folder, Gone
from ingestion.landing import Landing
from ingestion.request import Completeness, Request, now
from ingestion.tables import Table

LOOK_AHEAD = 3  # batch numbers asked for beyond the last one found: one report may be late
OVERLAP = timedelta(days=1)
GIVE_UP = timedelta(days=60)  # a day whose report was missing for so long has none
Tables = Iterator[tuple[str, pa.Table]]


@dataclass(frozen=True)
class State:
    """How far one kind of report was read: ``reached`` is the last one there; below it some ``missing``."""

    reached: str
    missing: tuple[str, ...] = ()

    @classmethod
    def of(cls, said: str | None) -> "State":
        reached, _, missing = (said or "").partition(" missing ")
        return cls(reached, tuple(missing.split(",")) if missing else ())

    def __str__(self) -> str:
        return self.reached + (f" missing {','.join(self.missing)}" if self.missing else "")


@dataclass(frozen=True)
class Reports:
    """One kind of report: ``file`` names one by its number or day, ``following`` says which to ask for.

    ``ahead``: after so many that aren't there no more is asked for; None: ``following`` ends by itself.
    """

    table: Table
    file: Callable[[str], str]
    following: Callable[[State, date, date], Iterator[str]]
    lines: Callable[[str, str, str, str], Iterator[bytes]]
    ahead: int | None = None


def batches(table: Table) -> Reports:
    """Settlement details reports, one per batch, numbered from 1."""

    def following(state: State, _: date, __: date) -> Iterator[str]:
        yield from state.missing
        number = int(state.reached or 0)
        while True:
            number += 1
            yield str(number)

    def file(number: str) -> str:
        return f"settlement_detail_report_batch_{number}.csv"

    return Reports(table, file, following, settlement_lines, LOOK_AHEAD)


def days(table: Table) -> Reports:
    """Payments accounting reports, one per day before ``today``."""

    def following(state: State, begin: date, today: date) -> Iterator[str]:
        yield from (day for day in state.missing if date.fromisoformat(day) < begin)
        day = begin
        while day < today:
            yield day.isoformat()
            day += timedelta(days=1)

    def file(day: str) -> str:
        return f"payments_accounting_report_{day.replace('-', '_')}.csv"

    return Reports(table, file, following, accounting_lines)


def extract(request: Request, kinds: tuple[Reports, ...]) -> Tables:
    folder = Folder(request.account, request.patience, BasicAuth(request.account))
    try:
        for kind in kinds:
            with while_reading(kind.table.name):
                yield from _read(request, folder, kind)
    finally:
        request.requests, request.vendor_date = folder.requests, folder.vendor_date
        folder.close()


def _read(request: Request, folder: Folder, kind: Reports) -> Tables:
    """What is new of one kind, and where to go on from."""
    account, name = request.account, kind.table.name
    state, today = State.of(request.cursors.get(name)), folder.now.date()
    begin = account.history_from or today - GIVE_UP
    if kind.ahead is None and state.reached:
        back = request.overlap(name, OVERLAP) - timedelta(days=1)
        begin = date.fromisoformat(state.reached) - back
    landing = Landing(account, name, (kind.table,), now(), request.folder / name)
    received, ahead, missing, reached = 0, 0, [], state.reached
    for which in kind.following(state, begin, today):
        is_new, file = _place(which) > _place(reached), kind.file(which)
        try:
            text = folder.text_of(file)
        except Gone:
            missing.append(which)
            ahead += is_new
            if kind.ahead is not None and ahead >= kind.ahead:
                break
            continue
        if is_new:
            reached, ahead = which, 0
        received += landing.add_file(kind.lines(text, which, file, folder.where))
    yield from landing.tables()
    request.completeness.append(
        Completeness(name, None, folder.now, received, landing.landed, "file")
    )
    oldest = "" if kind.ahead else (today - GIVE_UP).isoformat()
    below = tuple(which for which in missing if _place(oldest) <= _place(which) < _place(reached))
    if reached:
        request.cursors[name] = str(State(reached, below))


def _place(which: str) -> tuple[int, str]:
    """The order of numbers, and of days."""
    return len(which), which
