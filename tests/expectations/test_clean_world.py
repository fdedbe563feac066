import pytest

import expectations
from tests.expectations import tiny_warehouse
from tests.expectations.conftest import Ask


@pytest.mark.parametrize("relation", sorted(expectations.suites()))
def test_a_clean_world_passes(ask: Ask, relation: str) -> None:
    answers = ask(expectations.suites()[relation].module)
    assert answers
    failed = {a: (r.observed, r.message) for a, r in answers.items() if not r.passed}
    assert not failed


def test_every_public_mart_has_a_suite_and_no_other_relation_has_one() -> None:
    assert set(expectations.suites()) == set(tiny_warehouse.models())
