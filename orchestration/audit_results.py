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


def record(warehouse: Path, run_id: str, relation: str, results: Iterable[Result]) -> None:
    """Keep a relation's answers; asked twice in one run, the second answer stands."""
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
        for r in results
    ]
    with duckdb.connect(str(warehouse)) as con:
        con.execute(CREATE)
        con.execute("begin")
        con.execute(
            "delete from audit.audit_results where run_id = ? and relation = ?", [run_id, relation]
        )
        if rows:
            con.executemany(
                "insert into audit.audit_results values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows
            )
        con.execute("commit")


def failed(warehouse: Path, run_id: str) -> tuple[FailedAudit, ...]:
    """This run's critical audits that did not pass."""
    if not warehouse.exists():
        return ()
    with duckdb.connect(str(warehouse), read_only=True) as con:
        if not _asked(con):
            return ()
        rows = con.execute(
            "select relation, audit, observed, expected, owner, message from audit.audit_results"
            " where run_id = ? and severity = 'critical' and passed is not true"
            " order by relation, audit",
            [run_id],
        ).fetchall()
    return tuple(FailedAudit(*row) for row in rows)


def refusals(warehouse: Path, run_id: str, suites: Mapping[str, str]) -> tuple[FailedAudit, ...]:
    """Why this run may not publish: critical audits that failed, and suites that gave no answer.

    `suites` maps each audited relation to its owner.
    """
    with duckdb.connect(str(warehouse), read_only=True) as con:
        answered: set[str] = set()
        if _asked(con):
            answered = {
                row[0]
                for row in con.execute(
                    "select distinct relation from audit.audit_results where run_id = ?", [run_id]
                ).fetchall()
            }
    missing = tuple(
        FailedAudit(
            relation,
            "every audit of the relation",
            "no answer in this run",
            "an answer",
            owner,
            "A publication needs every audit's answer: run the whole job, concord run.",
        )
        for relation, owner in sorted(suites.items())
        if relation not in answered
    )
    return failed(warehouse, run_id) + missing


def said_of(audits: Iterable[FailedAudit]) -> str:
    return "Withheld: " + "; ".join(
        f"{a.relation} {a.audit}: observed {a.observed}, expected {a.expected} (owner: {a.owner})"
        for a in audits
    )


def _asked(con: duckdb.DuckDBPyConnection) -> bool:
    found = con.execute(
        "select count(*) from duckdb_tables()"
        " where schema_name = 'audit' and table_name = 'audit_results'"
    ).fetchone()
    return bool(found and found[0])
