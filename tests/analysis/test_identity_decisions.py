"""What a steward decides outranks evidence, and what is undone is as it was before."""

from dataclasses import replace
from datetime import datetime, timedelta

from tests.analysis.people import (
    MONDAY,
    Decision,
    Link,
    Memory,
    Record,
    contact,
    guest,
    is_silent,
    payer,
)

ADA = Record("901", "ada@example.com", seen=datetime(2026, 9, 1))
ADA_ABROAD = Record("17", "ada@example.com", account="nordlicht-world", seen=datetime(2026, 9, 5))
BEN = Record("902", "ben@example.com", seen=datetime(2026, 9, 2))
BEN_AS_GUEST = guest("3", "ben@example.com", seen=datetime(2026, 9, 9))
BEN_ABROAD = Record("18", "ben@example.com", account="nordlicht-world", seen=datetime(2026, 9, 6))
TUESDAY = MONDAY + timedelta(days=1)


def test_a_reviewed_link_joins_what_no_evidence_does() -> None:
    memory = Memory()
    memory.night([ADA, BEN], decided=[Decision("link", BEN, ADA)])
    assert memory.key(ADA) == memory.key(BEN)
    row = memory.assigned()[BEN.name]
    assert (row["rule"], row["evidence"]) == ("reviewed_link", "nordlicht-de:901")


def test_who_must_not_be_one_comes_apart_and_the_first_named_leaves() -> None:
    memory = Memory()
    people = [ADA, ADA_ABROAD, guest("5", "ada@example.com")]
    memory.night(people)
    key = memory.key(ADA)
    apart = Decision("cannot_link", ADA_ABROAD, ADA, at=TUESDAY - timedelta(hours=3))
    found = memory.night(people, decided=[apart])
    assert memory.key(ADA) == memory.key(people[2]) == key != memory.key(ADA_ABROAD)
    [ended] = [row for row in found.edges.to_pylist() if row["valid_to"]]
    assert (ended["source_id"], ended["valid_to"]) == ("17", apart.at)
    assert found.splits["reason"].to_pylist() == ["split"]
    assert is_silent(memory.night(people, decided=[apart]))


def test_a_pair_stays_apart_through_any_chain() -> None:
    memory = Memory()
    bridge = contact("1", "ada@example.com", seen=datetime(2026, 9, 20))
    said = [Link(bridge, BEN)]
    memory.night([ADA, BEN, bridge], said, decided=[Decision("cannot_link", ADA, BEN)])
    assert memory.key(ADA) != memory.key(BEN) == memory.key(bridge)


def test_who_leaves_takes_along_what_only_it_is_linked_to() -> None:
    memory = Memory()
    pays = payer("cus_1")
    memory.night(
        [ADA, ADA_ABROAD, pays],
        [Link(pays, ADA_ABROAD)],
        decided=[Decision("cannot_link", ADA_ABROAD, ADA)],
    )
    assert memory.key(pays) == memory.key(ADA_ABROAD) != memory.key(ADA)


def test_of_two_decisions_about_a_pair_the_later_counts() -> None:
    memory = Memory()
    first, second = Decision("cannot_link", ADA, BEN), Decision("link", BEN, ADA, at=TUESDAY)
    memory.night([ADA, BEN], decided=[second, first])
    assert memory.key(ADA) == memory.key(BEN)
    memory.night([ADA, BEN], decided=[second, first, replace(first, at=TUESDAY + timedelta(1))])
    assert memory.key(ADA) != memory.key(BEN)


def test_a_decision_about_a_record_that_is_not_there_is_counted() -> None:
    found = Memory().night([ADA], decided=[Decision("link", ADA, BEN)])
    assert found.counts["decisions_about_no_record"] == 1


def test_a_merge_that_is_undone_gives_every_record_its_own_key_back() -> None:
    people = [ADA, BEN, BEN_ABROAD, BEN_AS_GUEST]
    memory = Memory()
    memory.night(people)
    before = memory.keys()
    link = Decision("link", ADA, BEN)
    memory.night(people, decided=[link])
    assert len(memory.groups()) == 1
    assert memory.redirects() == {memory_key(before, BEN): memory_key(before, ADA)}
    memory.night(people, decided=[link, Decision("cannot_link", ADA, BEN, at=TUESDAY)])
    assert memory.keys() == before
    assert memory.redirects() == {}
    assert is_silent(
        memory.night(people, decided=[link, Decision("cannot_link", ADA, BEN, at=TUESDAY)])
    )


def test_chained_merges_undone_one_by_one_and_at_once_give_all_keys_back() -> None:
    cleo = Record("903", "cleo@example.com", seen=datetime(2026, 9, 8))
    people = [ADA, BEN, BEN_ABROAD, cleo]
    one, two = Decision("link", cleo, BEN), Decision("link", BEN, ADA)
    for steps in ([[one], []], [[]]):
        memory = Memory()
        memory.night(people)
        before = memory.keys()
        memory.night(people, decided=[one])
        between = memory.keys()
        memory.night(people, decided=[one, two])
        assert len(memory.groups()) == 1
        for decided in steps:
            memory.night(people, decided=decided)
            assert memory.keys() == (between if decided else before)
        assert memory.redirects() == {}


def test_a_key_that_lives_again_can_be_merged_again() -> None:
    memory = Memory()
    link = [Decision("link", BEN, ADA)]
    memory.night([ADA, BEN])
    before = memory.keys()
    for decided in (link, [], link):
        memory.night([ADA, BEN], decided=decided)
    assert memory.redirects() == {memory_key(before, BEN): memory_key(before, ADA)}
    assert memory.keys() == dict.fromkeys(before, memory_key(before, ADA))


def test_what_was_known_on_an_earlier_day_can_be_asked_again() -> None:
    memory = Memory()
    answers = {}
    for decided in ([], [Decision("link", BEN, ADA)], []):
        day = memory.as_of
        memory.night([ADA, BEN, BEN_AS_GUEST], decided=decided)
        answers[day] = memory.keys()
    for day, keys in answers.items():
        known = [r for r in memory.history.assignments.to_pylist() if r["recorded_at"] <= day]
        known.sort(key=lambda row: row["recorded_at"])
        assert {(r["account"], r["source_id"]): r["customer_key"] for r in known} == keys


def memory_key(keys: dict[tuple[str, str], str], record: Record) -> str:
    return keys[record.name]
