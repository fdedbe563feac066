"""Addresses that are one or none, limits that only hold new joins, evidence with a beginning and an end."""

from dataclasses import replace
from datetime import datetime

import pytest

from tests.analysis.people import MONDAY, Memory, Record, contact, guest, is_silent

ADA = Record("901", "ada@example.com", seen=datetime(2026, 9, 1))
ADA_ABROAD = Record("17", "ada@example.com", account="nordlicht-world", seen=datetime(2026, 9, 5))


@pytest.mark.parametrize(
    "other", ["eva@xn--mnchen-3ya.de", "eva@münchen.de", "eva@mu\u0308nchen.de", "eva@MÜNCHEN.de"]
)
def test_an_internationalised_domain_is_one_in_every_form(other: str) -> None:
    memory = Memory()
    memory.night([Record("1", "eva@münchen.de"), Record("2", other)])
    assert len(memory.groups()) == 1


@pytest.mark.parametrize("address", ["eva@-ü-.de", "eva@\u2028ü.de", f"eva@{'ü' * 70}.de"])
def test_a_domain_that_can_be_none_links_nobody_and_is_kept(address: str) -> None:
    memory = Memory()
    memory.night([Record("1", address), Record("2", address)])
    assert len(memory.groups()) == 2


def test_a_disposable_address_links_nobody_and_is_listed() -> None:
    memory = Memory()
    found = memory.night([replace(each, is_disposable=True) for each in (ADA, ADA_ABROAD)])
    assert len(memory.groups()) == 2
    assert found.refusals["reason"].to_pylist() == ["disposable_address"]


def test_a_loyal_guest_with_thirty_checkouts_is_one_and_has_a_contact_too() -> None:
    names = ("Lena Loyal", "L. Loyal", "loyal, lena")
    checkouts = [guest(str(n), "lena@example.com", full_name=names[n % 3]) for n in range(130)]
    memory = Memory()
    found = memory.night([*checkouts[:30], contact("1", "lena@example.com")])
    assert (len(memory.groups()), found.refusals.num_rows) == (1, 0)
    found = memory.night([*checkouts, contact("2", "lena@example.com")])
    assert (len(memory.groups()), found.counts["held_records"]) == (1, 0)


def test_an_office_address_with_thirty_buyers_links_nobody_and_is_listed() -> None:
    orders = [
        guest(str(n), "office@example.com", full_name=f"{chr(97 + n % 26) * 3} Number{'x' * n}")
        for n in range(30)
    ]
    memory = Memory()
    found = memory.night(orders)
    assert len(memory.groups()) == 30
    assert found.refusals["reason"].to_pylist() == ["over_limit"]


def test_a_loyal_guest_is_not_torn_apart_by_the_checkout_that_passes_the_limit() -> None:
    checkouts = [guest(str(n), "loyal@example.com") for n in range(22)]
    memory = Memory()
    memory.night(checkouts[:20])
    key = memory.key(checkouts[0])
    found = memory.night(checkouts[:21])
    assert {memory.key(one) for one in checkouts[:20]} == {key}
    assert memory.key(checkouts[20]) != key
    assert found.refusals["reason"].to_pylist() == ["over_limit"]
    memory.night(checkouts)
    assert {memory.key(one) for one in checkouts[:20]} == {key}
    assert is_silent(memory.night(checkouts))


def test_an_identifier_within_its_limit_again_links_all() -> None:
    checkouts = [guest(str(n), "loyal@example.com") for n in range(21)]
    memory = Memory()
    memory.night(checkouts)
    assert len(memory.groups()) == 21
    found = memory.night(checkouts[:20])
    assert len({memory.key(one) for one in checkouts[:20]}) == 1
    assert found.refusals.to_pylist()[0]["reason"] is None


def test_evidence_that_ends_and_begins_again_on_one_clock_is_recorded_once() -> None:
    moved = replace(ADA, email="new@example.com")
    memory = Memory()
    for record in (ADA, moved, ADA):
        memory.as_of = MONDAY
        memory.night([record])
    memory.as_of = MONDAY
    assert is_silent(memory.night([ADA]))
    assert memory.history.edges.num_rows == 5  # the old address twice begun and once ended


def test_evidence_begins_with_its_record_and_ends_when_it_is_gone() -> None:
    memory = Memory()
    memory.night([ADA])
    memory.night([replace(ADA, email="new@example.com")])
    spans = [(row["valid_from"], row["valid_to"]) for row in memory.history.edges.to_pylist()]
    tuesday = datetime(2026, 10, 13, 6)
    assert spans == [(ADA.seen, None), (tuesday, None), (ADA.seen, tuesday)]
    assert memory.history.edges["recorded_at"].to_pylist() == [MONDAY, tuesday, tuesday]
