"""A number links a record without e-mail to the one candidate that nothing speaks against."""

import pytest

from analysis import identity
from tests.analysis.people import Memory, Record, contact, guest, is_silent

ADA = Record("901", "ada@example.com", full_name="Ada Berg", phone="+49 30 901820")
ADA_BY_PHONE = contact("1", phone="030 901820", full_name="ADA BERG")


def reasons(found: identity.Resolution) -> list[str]:
    return found.refused_pairs["refusal"].to_pylist()


@pytest.mark.parametrize("written", ["030/901820", "0049 30 90 18 20", "+49(30)901820"])
def test_however_a_number_is_written_it_is_one(written: str) -> None:
    memory = Memory()
    caller = contact("1", phone=written, full_name="Ada Berg")
    memory.night([ADA, caller])
    assert memory.key(caller) == memory.key(ADA)
    row = memory.assigned()[caller.name]
    assert (row["rule"], len(row["evidence"])) == ("phone", 64)


def test_a_number_is_read_by_the_country_of_its_record() -> None:
    memory = Memory()
    swiss = contact("2", phone="030 901820", country="CH", full_name="Ada Berg")
    memory.night([ADA, swiss])
    assert memory.key(swiss) != memory.key(ADA)


def test_00_is_dialled_abroad_wherever_it_is_written() -> None:
    memory = Memory()
    japanese = contact("2", phone="00 49 30 901820", country="JP", full_name="Ada Berg")
    memory.night([ADA, japanese])
    assert memory.key(japanese) == memory.key(ADA)


def test_a_record_with_an_email_is_not_linked_by_its_number() -> None:
    memory = Memory()
    other = contact("3", "other@example.com", phone="030 901820", full_name="Ada Berg")
    memory.night([ADA, other])
    assert memory.key(other) != memory.key(ADA)


def test_a_couple_with_one_phone_stays_two_and_is_proposed() -> None:
    memory = Memory()
    ben = contact("4", phone="030 901820", full_name="Ben Berg")
    found = memory.night([ADA, ben])
    assert memory.key(ben) != memory.key(ADA)
    assert reasons(found) == ["conflicting_name"]


def test_a_recycled_number_has_two_candidates_and_links_to_neither() -> None:
    memory = Memory()
    later = Record("902", "cleo@example.com", full_name="Cleo Roth", phone="030 901820")
    caller = contact("5", phone="030 901820")
    found = memory.night([ADA, later, caller])
    assert len(memory.groups()) == 3
    assert reasons(found) == ["several_candidates"] * 2


def test_two_callers_who_contradict_each_other_link_to_nobody() -> None:
    memory = Memory()
    nameless = Record("903", "x@example.com", phone="030 901820")
    ada, ben = ADA_BY_PHONE, contact("6", phone="030 901820", full_name="Ben Roth")
    memory.night([nameless, ada, ben])
    assert len(memory.groups()) == 3


def test_two_numbers_of_one_record_never_join_two_people() -> None:
    memory = Memory()
    ben = Record("904", "ben@example.com", phone="+49 30 901821")
    caller = contact("7", phone="030 901820")
    both = contact("7", phone="030 901821")
    memory.night([ADA, ben, caller])
    found = identity.resolve(
        _records([ADA, ben, caller], [caller, both, ADA, ben]),
        identity.History(),
        as_of=memory.as_of,
        hash_key="k",
    )
    assert len(set(found.assignments["customer_key"].to_pylist())) == 3
    assert reasons(found) == ["several_candidates"] * 2


def _records(people: list[Record], numbers: list[Record]) -> identity.Records:
    from tests.analysis import people as made

    return identity.Records(made.nodes(people), phones=made.phones(numbers))


def test_an_office_number_over_its_limit_links_nobody_and_is_listed() -> None:
    memory = Memory()
    crowd = [guest(str(n), phone="030 901820") for n in range(6)]
    found = memory.night(crowd)
    assert len(memory.groups()) == 6
    [refused] = found.refusals.to_pylist()
    assert (refused["identifier"], refused["reason"], refused["records_count"]) == (
        "phone",
        "over_limit",
        6,
    )


def test_what_a_number_joined_stays_joined_when_a_second_candidate_turns_up() -> None:
    memory = Memory()
    memory.night([ADA, ADA_BY_PHONE])
    later = Record("902", "cleo@example.com", full_name="Cleo Roth", phone="030 901820")
    memory.night([ADA, ADA_BY_PHONE, later])
    assert memory.key(ADA_BY_PHONE) == memory.key(ADA) != memory.key(later)
    assert is_silent(memory.night([ADA, ADA_BY_PHONE, later]))


@pytest.mark.parametrize(
    "phone", ["Anna Berg", "123", "9" * 10_000, "+49 30 901820 ext. 12", "٠٣٠"]
)
def test_a_number_that_is_none_links_nobody_and_is_kept(phone: str) -> None:
    memory = Memory()
    odd, twin = contact("8", phone=phone), contact("9", phone=phone)
    memory.night([ADA, odd, twin])
    assert len(memory.groups()) == 3


def test_a_night_without_records_ends_what_there_was() -> None:
    memory = Memory()
    memory.night([ADA, ADA_BY_PHONE])
    memory.night([])
    assert not memory.keys()
    assert is_silent(memory.night([]))


def test_who_joined_by_a_number_speaks_for_no_second_one_the_next_night() -> None:
    """The initial fits either name; whom the first night refused the second one must not take."""
    memory = Memory()
    anna = Record("901", "anna@example.com", full_name="Anna Berg", phone="030 901820")
    initial = contact("1", phone="030 901820", full_name="A. Berg")
    ada = contact("2", phone="030 901820", full_name="Ada Berg")
    memory.night([anna, initial, ada])
    assert memory.key(initial) == memory.key(anna) != memory.key(ada)
    assert is_silent(memory.night([anna, initial, ada]))


def test_a_company_and_a_private_buyer_join_nobody_by_one_number_on_any_night() -> None:
    memory = Memory()
    nameless = Record("903", "x@example.com", phone="030 901820")
    works = guest("1", phone="030 901820", is_b2b=True)
    private = guest("2", phone="030 901820", is_b2b=False)
    found = memory.night([nameless, works, private])
    assert len(memory.groups()) == 3
    assert reasons(found) == ["company_and_private"] * 2
    assert is_silent(memory.night([nameless, works, private]))


def test_a_refused_pair_names_the_same_records_the_next_night() -> None:
    """The second to join sorts before the one that was there: it must not stand in for it."""
    memory = Memory()
    ada = guest("3", "ada@example.com", full_name="A. Berg", phone="030 901820")
    people = [ada, contact("11", phone="030 901820"), guest("1", phone="030 901820")]
    people += [guest("2", phone="030 901820", full_name="Ben Berg")]
    found = memory.night(people)
    assert set(found.refused_pairs["linked_source_id"].to_pylist()) == {"order:3"}
    assert is_silent(memory.night(people))
