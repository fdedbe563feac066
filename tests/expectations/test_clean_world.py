from collections.abc import Mapping
from pathlib import Path

import pytest

import expectations
from expectations import warehouse
from expectations.results import AuditResult
from tests.expectations import tiny_warehouse


@pytest.fixture(scope="module")
def answers(clean: Path) -> Mapping[str, list[AuditResult]]:
    """What every suite says of the clean world, as a run asks them: all while the warehouse is open once."""
    modules = [suite.module for suite in expectations.suites().values()]
    return dict(warehouse.run_suites(clean, modules))


@pytest.mark.parametrize("relation", sorted(expectations.suites()))
def test_a_clean_world_passes(answers: Mapping[str, list[AuditResult]], relation: str) -> None:
    results = answers[expectations.suites()[relation].module]
    assert results
    assert {result.relation for result in results} == {relation}
    failed = {r.audit: (r.observed, r.message) for r in results if not r.passed}
    assert not failed


def test_every_public_mart_has_a_suite_and_no_other_relation_has_one() -> None:
    assert set(expectations.suites()) == set(tiny_warehouse.models())
