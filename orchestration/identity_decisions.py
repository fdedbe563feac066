"""Reviewed decisions about two records, of persons or of companies: lines of the seed `identity_decisions`.

Git keeps it. A line is never changed or taken away; a later one about the same pair outranks it.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from orchestration import environment
from orchestration.identity_names import Record, Subject

RECORD = ("system", "account", "source_id")
LINKED = ("linked_system", "linked_account", "linked_source_id")
COLUMNS = ("subject", "decision", *RECORD, *LINKED, "decided_by", "decided_at", "reason")
Pair = tuple[str, frozenset[Record]]  # the subject, and the two records


@dataclass(frozen=True)
class Decision:
    """``record`` is the one that leaves when the two must not be one; ``where`` names a file's line."""

    subject: Subject
    decision: Literal["link", "cannot_link"]
    record: Record
    linked: Record
    decided_by: str
    reason: str
    where: str = ""

    @property
    def pair(self) -> Pair:
        """What it is about, in whichever order the two were named."""
        return self.subject, frozenset((self.record, self.linked))


def seed_file() -> Path:
    return environment.DBT_PROJECT / "seeds" / "identity_decisions.csv"


def keep(
    decisions: Sequence[Decision], at: datetime | None = None, *, may_outrank: bool = False
) -> None:
    """Write them down below what is there, all or none; the next run follows them.

    Only with ``may_outrank`` may one say the opposite of an earlier one about the same two.
    """
    seed = seed_file()
    standing = _standing(seed)
    now = (at or datetime.now(UTC)).replace(tzinfo=None, microsecond=0)
    for one in decisions:
        _check(one)
        before = standing.get(one.pair)
        if before:
            _check_beside(one, before, may_outrank=may_outrank)
            # Of two of one second the order of the lines would say nothing.
            now = max(now, datetime.fromisoformat(before["decided_at"]) + timedelta(seconds=1))
        told = {"decision": one.decision, "decided_by": one.decided_by}
        standing[one.pair] = told | {"decided_at": str(now)}
    decided_at = now.strftime("%Y-%m-%d %H:%M:%S")
    ends = seed.read_bytes().endswith(b"\n")
    with seed.open("a", encoding="utf-8", newline="") as lines:
        if not ends:
            lines.write("\n")
        csv.writer(lines, lineterminator="\n").writerows(
            [
                one.subject,
                one.decision,
                *one.record,
                *one.linked,
                one.decided_by,
                decided_at,
                one.reason,
            ]
            for one in decisions
        )


def _standing(seed: Path) -> dict[Pair, dict[str, str]]:
    """The line that counts today of each two records."""
    with seed.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise ValueError(
                f"{seed}: its columns are {','.join(reader.fieldnames or ()) or 'none'};"
                f" restore {','.join(COLUMNS)}"
            )
        rows = sorted(reader, key=lambda row: row["decided_at"])
    return {
        (row["subject"], frozenset((row[a], row[b], row[c]) for a, b, c in (RECORD, LINKED))): row
        for row in rows
    }


def _told(one: Decision) -> str:
    where = f"{one.where}: " if one.where else ""
    return f"{where}{':'.join(one.record)} and {':'.join(one.linked)}"


def _check_beside(one: Decision, before: dict[str, str], *, may_outrank: bool) -> None:
    said = f"{before['decision']}, {before['decided_by']}, {before['decided_at']}"
    if before["decision"] == one.decision:
        raise ValueError(
            f"{_told(one)}: decided already ({said}); nothing is left to say: concord run"
        )
    if not may_outrank:
        command = "link" if one.decision == "link" else "unlink"
        raise ValueError(
            f"{_told(one)}: decided otherwise before ({said}); to outrank that: concord identity"
            f" {command} {':'.join(one.record)} {':'.join(one.linked)} --why ..."
        )


def _check(one: Decision) -> None:
    told = _told(one)
    if one.record == one.linked:
        raise ValueError(f"{told} are one record; name two")
    if not one.reason.strip() or not one.decided_by.strip():
        raise ValueError(
            f"{told}: a decision needs who and why; say --by and --why, in a file"
            " decided_by and reason"
        )
    if "@" in one.reason + one.decided_by:
        raise ValueError(
            f"{told}: the reason or the name holds an '@'; the file is kept for ever, so no address goes"
            " into it: say what you saw without it"
        )
