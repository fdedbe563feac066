"""The audits' memory: one row per audit and run in `audit.audit_results`, and what of it forbids publishing."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import duckdb

from orchestration.status import FailedAudit

CREATE = """
    create schema if not exists audit;
    create table if not exists audit.audit_results (
        run_id varchar, audit varchar, relation varchar, severity varchar, passed boolean,
        observed varchar, expected varchar, owner varchar, checked_at timestamp, message varchar
    )
"""


class Result(Protocol):
    """One audit's answer, as `expectations` gives it."""

    @property
    def audit(self) -> str: ...
    @property
    def relation(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def passed(self) -> bool: ...
    @property
    def observed(self) -> str | None: ...
    @property
    def expected(self) -> str | None: ...
    @property
    def owner(self) -> str: ...
    @property
    def message(self) -> str: ...


def create(warehouse: Path) -> None:
    """The table, also where nothing was ever audited."""
    with duckdb.connect(str(warehouse)) as con:
        con.execute(CREATE)


def record(warehouse: Path, run_id: str, answered: Mapping[str, Iterable[Result]]) -> None:
    """Keep the answers by relation; asked twice in one run, the second answer stands."""
    now = datetime.now(UTC).replace(tzinfo=None)
    rows = [
        (
            run_id,
            r.audit,
            relation,
            r.severity,
            r.passed,
            r.observed,
            r.expected,
            r.owner,
            now,
            r.message,
        )
        for relation, results in answered.items()
        for r in results
    ]
    with duckdb.connect(str(warehouse)) as con:
        con.execute(CREATE)
        con.execute("begin")
        con.execute(
            "delete from audit.audit_results where run_id = ? and list_contains(?, relation)",
            [run_id, list(answered)],
        )
        if rows:
            con.executemany(
                "insert into audit.audit_results values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
            )
        con.execute("commit")


def failed(
    warehouse: Path, run_id: str, owners: Mapping[str, str] | None = None
) -> tuple[FailedAudit, ...]:
    """The critical audits of a run that did not pass."""
    rows = _read(
        warehouse,
        "select relation, audit, observed, expected, owner, message from audit.audit_results"
        " where run_id = ? and severity = 'critical' and passed is not true order by all",
        run_id,
    )
    return tuple(FailedAudit(*row) for row in rows)


def refusals(warehouse: Path, run_id: str, owners: Mapping[str, str]) -> tuple[FailedAudit, ...]:
    """Why this run may not publish: critical audits that failed, and relations that gave no answer.

    `owners` maps each audited relation to the team that answers for it.
    """
    asked = "select distinct relation from audit.audit_results where run_id = ?"
    answered = {row[0] for row in _read(warehouse, asked, run_id)}
    missing = tuple(
        FailedAudit(
            relation,
            "every audit of the relation",
            "no answer in this run",
            "an answer",
            owner,
            "A publication needs every audit's answer: run the whole job, concord run.",
        )
        for relation, owner in sorted(owners.items())
        if relation not in answered
    )
    return failed(warehouse, run_id) + missing


def statuses(warehouse: Path, run_id: str) -> dict[str, str]:
    """What this run's audits said of each relation they asked: passed or warning.

    A relation with a failed critical audit is left out: nothing that follows it should have run.
    """
    rows = _read(
        warehouse,
        "select relation, case when bool_and(passed) then 'passed' else 'warning' end"
        " from audit.audit_results where run_id = ? group by relation"
        " having bool_and(passed or severity <> 'critical')",
        run_id,
    )
    return dict(rows)


def said_of(audits: Iterable[FailedAudit]) -> str:
    return "Withheld: " + "; ".join(
        f"{a.relation} {a.audit}: observed {a.observed}, expected {a.expected} (owner: {a.owner})"
        for a in audits
    )


def _read(warehouse: Path, sql: str, run_id: str) -> list[tuple]:
    """Rows of the results table; none where nothing was ever audited."""
    if not warehouse.exists():
        return []
    with duckdb.connect(str(warehouse), read_only=True) as con:
        try:
            return con.execute(sql, [run_id]).fetchall()
        except duckdb.CatalogException:
            return []
