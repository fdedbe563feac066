"""What forbids publishing: a critical audit that failed or errored, a relation that gave no answer."""

from dataclasses import dataclass, replace
from pathlib import Path

import dagster as dg
import pytest

from orchestration import audit, audit_results, status


@dataclass(frozen=True)
class Answer:
    audit: str = "rows between 1 and 10"
    relation: str = "marts.orders"
    severity: str = "critical"
    passed: bool = True
    observed: str | None = "3"
    expected: str | None = "1 to 10"
    owner: str = "finance"
    message: str = "An empty batch looks like a bad month."


OWNERS = {"marts.orders": "finance", "marts.revenue_daily": "finance"}


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    audit_results.record(path, "run", {each: [Answer(relation=each)] for each in OWNERS})
    return path


def refused(warehouse: Path, run_id: str = "run") -> list[str]:
    return [a.relation for a in audit_results.refusals(warehouse, run_id, OWNERS)]


def test_every_relation_answered_and_passed(warehouse: Path):
    assert refused(warehouse) == []


def test_a_failed_critical_audit_refuses_and_says_what_was_seen(warehouse: Path):
    audit_results.record(warehouse, "run", {"marts.orders": [Answer(passed=False, observed="0")]})
    refusal = audit_results.refusals(warehouse, "run", OWNERS)[0]
    assert (refusal.observed, refusal.expected, refusal.owner) == ("0", "1 to 10", "finance")
    said = audit_results.said_of([refusal])
    for part in ("marts.orders", "rows between 1 and 10", "observed 0", "owner: finance"):
        assert part in said


def test_a_failed_warning_does_not_refuse(warehouse: Path):
    warning = Answer(passed=False, severity="warning")
    audit_results.record(warehouse, "run", {"marts.orders": [warning]})
    assert refused(warehouse) == []


def test_another_runs_answers_do_not_count(warehouse: Path):
    assert refused(warehouse, "other run") == sorted(OWNERS)


def test_a_suite_without_answers_refuses(warehouse: Path):
    audit_results.record(warehouse, "run", {"marts.orders": []})
    assert refused(warehouse) == ["marts.orders"]


def test_a_warehouse_that_was_never_audited_refuses(tmp_path: Path):
    assert refused(tmp_path / "none.duckdb") == sorted(OWNERS)


def test_the_verdict_of_a_suite_blocks_on_critical_and_warns_on_warning():
    key = dg.AssetKey(["marts", "orders"])
    wrong = Answer(passed=False)
    for answers, passed, severity in (
        ([Answer()], True, dg.AssetCheckSeverity.WARN),
        ([Answer(), wrong], False, dg.AssetCheckSeverity.ERROR),
        ([Answer(), replace(wrong, severity="warning")], False, dg.AssetCheckSeverity.WARN),
        ([], False, dg.AssetCheckSeverity.ERROR),
    ):
        result = audit.verdict(key, answers)
        assert (result.passed, result.severity) == (passed, severity)


@pytest.mark.parametrize("verdict", ["withheld", "failed"])
def test_status_says_what_to_do_before_anything_was_ever_published(tmp_path: Path, verdict):
    published = tmp_path / "published.duckdb"
    said = status.write(published, status.Attempt("run", verdict))
    assert said == status.read(published)
    assert said["publication"] is None
    assert "concord run" in said["next_step"]
