"""Reviewed decisions about two records: lines of the seed `identity_decisions`, which git keeps.

A line is never changed or taken away; a later one about the same pair outranks it.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from orchestration import environment

COLUMNS = (
    *("decision", "system", "account", "source_id", "linked_system", "linked_account"),
    *("linked_source_id", "decided_by", "decided_at", "reason"),
)
Record = tuple[str, str, str]  # system, account, source_id


@dataclass(frozen=True)
class Decision:
    """``record`` is the one that leaves when the two must not be one."""

    decision: Literal["link", "cannot_link"]
    record: Record
    linked: Record
    decided_by: str
    reason: str


def seed_file() -> Path:
    return environment.DBT_PROJECT / "seeds" / "identity_decisions.csv"


def keep(decisions: Sequence[Decision], at: datetime | None = None) -> None:
    """Write them down below what is there; the next run follows them."""
    seed = seed_file()
    for one in decisions:
        _check(one)
    with seed.open(encoding="utf-8", newline="") as lines:
        header = next(csv.reader(lines), [])
    if tuple(header) != COLUMNS:
        raise ValueError(
            f"{seed}: its columns are {','.join(header) or 'none'}; restore {','.join(COLUMNS)}"
        )
    decided_at = (at or datetime.now(UTC)).strftime("%Y-%m-%d %H:%M:%S")
    ends = seed.read_bytes().endswith(b"\n")
    with seed.open("a", encoding="utf-8", newline="") as lines:
        if not ends:
            lines.write("\n")
        csv.writer(lines, lineterminator="\n").writerows(
            (one.decision, *one.record, *one.linked, one.decided_by, decided_at, one.reason)
            for one in decisions
        )


def _check(one: Decision) -> None:
    pair = f"{':'.join(one.record)} and {':'.join(one.linked)}"
    if one.record == one.linked:
        raise ValueError(f"{pair} are one record; name two")
    if not one.reason.strip() or not one.decided_by.strip():
        raise ValueError(f"{pair}: a decision needs who and why; say --by and --why")
    if "@" in one.reason + one.decided_by:
        raise ValueError(
            f"{pair}: the reason or the name holds an '@'; the file is kept for ever, so no address goes"
            " into it: say what you saw without it"
        )
