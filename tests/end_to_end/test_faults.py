"""Each kind of fault on each system, first load and later ones: it heals, or says so and the next one heals.

Every endpoint of every system, which takes the better part of an hour: ``python -m tests.end_to_end.fault_matrix``.
"""

from collections.abc import Iterator

import pytest

from sandbox.faults import KINDS, PAGE_KINDS
from tests.end_to_end.fault_matrix import (
    ACCOUNTS,
    FIRST,
    LATER,
    PAGED,
    Case,
    Outcome,
    Stage,
    lasting_cases,
    main_cases,
    matrix,
    stage,
)

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3600)]
# Files, no pages; the ECB asks for no token either.
FILES = {"adyen", "bank", "ecb", "email_tool", "erp", "treasury"}
NEXT_STEPS = ("load again", "put a valid one there", "run the load again later")


@pytest.fixture(scope="module")
def on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("faults")) as prepared:
        yield prepared


@pytest.fixture(scope="module")
def played(on: Stage) -> dict[Case, Outcome]:
    """Everything once: the slow part, shown as a matrix when pytest shows what is printed."""
    asked = [*main_cases(on.served.faults.vendors), *lasting_cases()]
    outcomes = {case: on.play(case) for case in asked}
    print(matrix(outcomes))
    return outcomes


def test_no_fault_is_silent_and_none_is_lasting(played: dict[Case, Outcome]):
    wrong = [f"{case}: {o.word}: {o.said}" for case, o in played.items() if not o.is_well]
    assert wrong == []


@pytest.mark.parametrize("phase", [FIRST, LATER])
@pytest.mark.parametrize("system", ACCOUNTS)
def test_every_kind_was_met_by_every_system_that_can_play_it(
    played: dict[Case, Outcome], system: str, phase: str
):
    met = {
        case.kind
        for case, outcome in played.items()
        if (case.system, case.phase) == (system, phase) and outcome.word != "not asked"
    }
    left_out = set(PAGE_KINDS) if system in FILES else set()
    if system == "ecb":
        left_out |= {"missing_scope", "expired_token"}
    assert met == set(KINDS) - left_out


def test_a_first_load_by_pages_met_every_page_fault(played: dict[Case, Outcome]):
    met = {case.kind for case, o in played.items() if case.phase == PAGED and o.word != "not asked"}
    assert met == set(PAGE_KINDS)


def test_an_outage_is_a_letter_of_its_stream(played: dict[Case, Outcome]):
    words = {str(case): o.word for case, o in played.items() if case in lasting_cases()}
    assert words == {str(case): "dead-lettered" for case in lasting_cases()}


def test_what_is_said_names_system_account_and_the_next_step(played: dict[Case, Outcome]):
    dumb = [
        f"{case}: {outcome.said}"
        for case, outcome in played.items()
        if outcome.word in {"loud", "dead-lettered"}
        and not (
            f"{case.system} {ACCOUNTS[case.system]}" in outcome.said
            and any(step in outcome.said for step in NEXT_STEPS)
        )
    ]
    assert dumb == []


def test_a_missing_scope_is_never_taken_for_fewer_rows(played: dict[Case, Outcome]):
    words = {o.word for case, o in played.items() if case.kind == "missing_scope"}
    assert "loud" in words
    assert words <= {"loud", "dead-lettered", "not asked"}
