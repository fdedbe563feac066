"""`status.json`: why the published numbers are what they are, written by every attempt.

It stands beside the published file so that a BI tool, a mail or a person can read it without Concord.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from orchestration import publication

NEXT_STEPS = {
    "published": "Nothing to do.",
    "withheld": (
        "Readers keep the last publication. Mend the cause with the owner named at each failed audit,"
        " then run again: concord run"
    ),
    "failed": (
        "Readers keep the last publication. Mend the failed step, then run again: concord run"
        " (loads continue where they stopped)"
    ),
}


@dataclass(frozen=True)
class FailedAudit:
    relation: str
    audit: str
    observed: str | None
    expected: str | None
    owner: str
    message: str


@dataclass(frozen=True)
class Attempt:
    """What one run came to."""

    run_id: str
    verdict: Literal["published", "withheld", "failed"]
    failed_audits: tuple[FailedAudit, ...] = field(default=())
    failed_step: str | None = None
    message: str | None = None


def path(published: Path) -> Path:
    return published.parent / "status.json"


def write(published: Path, attempt: Attempt) -> dict[str, Any]:
    """Replace the status file in one step and give back what it says."""
    now = datetime.now(UTC)
    said = {
        **asdict(attempt),
        "failed_audits": [asdict(audit) for audit in attempt.failed_audits],
        "attempted_at": now.isoformat(timespec="seconds"),
        "next_step": NEXT_STEPS[attempt.verdict],
        "publication": publication_now(published, now),
    }
    file = path(published)
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(".status.json.new")
    fresh.write_text(json.dumps(said, indent=2) + "\n")
    fresh.replace(file)
    return said


def read(published: Path) -> dict[str, Any] | None:
    file = path(published)
    return json.loads(file.read_text()) if file.exists() else None


def publication_now(published: Path, now: datetime) -> dict[str, Any] | None:
    """What readers see at this moment, and how old it is."""
    record = publication.current(published)
    if record is None:
        return None
    age = now - datetime.fromisoformat(record["published_at"])
    return {
        "run_id": record["run_id"],
        "published_at": record["published_at"],
        "as_of": record["as_of"],
        "path": str(published),
        "age_hours": round(age.total_seconds() / 3600, 2),
    }
