"""Which faults are worth another try."""

import httpx

from orchestration.writer import is_transient


def test_a_fault_is_transient_through_what_it_was_raised_from():
    fault = ValueError("no answer")
    fault.__cause__ = httpx.ConnectError("refused")
    assert is_transient(fault)
    assert not is_transient(ValueError("wrong secret"))


def test_a_fault_whose_causes_go_round_in_a_circle_is_judged_and_not_waited_for():
    inner, outer = ValueError("wrong secret"), RuntimeError("step failed")
    outer.__cause__, inner.__context__ = inner, outer
    assert not is_transient(inner)
