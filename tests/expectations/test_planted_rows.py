import importlib

import pytest

import expectations
from tests.expectations import planted
from tests.expectations.conftest import Ask


def _asked(module: str) -> set[str]:
    suite = importlib.import_module(f"expectations.suites.{module}").suite()
    return {expectation.meta["audit"] for expectation in suite}


CASES = planted.cases()


@pytest.mark.parametrize("module", sorted(s.module for s in expectations.suites().values()))
def test_each_audit_is_shown_to_catch_something(module: str) -> None:
    caught = {audit for suite, audit, _ in CASES if suite == module}
    assert _asked(module) == caught


@pytest.mark.parametrize(
    ("module", "audit", "sql"), CASES, ids=[f"{module}-{audit}" for module, audit, _ in CASES]
)
def test_a_planted_row_is_caught(ask: Ask, module: str, audit: str, sql: str) -> None:
    answer = ask(module, sql)[audit]
    assert not answer.passed
    assert not answer.errored, answer.message
    assert answer.observed not in ("", "nothing found")
    assert answer.owner
    assert answer.expected
    assert answer.notes in answer.message
