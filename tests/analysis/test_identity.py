import hashlib
import hmac
import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from analysis import identity
from tests.analysis.people import (
    HASH_KEY,
    MONDAY,
    Link,
    Memory,
    Record,
    guest,
    is_silent,
    merged,
    nodes,
    payer,
)

ADA = Record("901", "ada@example.com", seen=datetime(2026, 9, 1))
ADA_ABROAD = Record("17", "ada@example.com", account="nordlicht-world", seen=datetime(2026, 9, 5))
ADA_AS_GUEST = guest("3", "ada@example.com", seen=datetime(2026, 9, 9))
BEN = Record("902", "ben@example.com", seen=datetime(2026, 9, 2))
STRANGER = guest("4", seen=datetime(2026, 9, 3))


def test_the_same_email_is_one_customer_over_shops_and_guest_checkouts() -> None:
    memory = Memory()
    memory.night([ADA, ADA_ABROAD, ADA_AS_GUEST, BEN])
    assert memory.key(ADA) == memory.key(ADA_ABROAD) == memory.key(ADA_AS_GUEST)
    assert memory.key(BEN) != memory.key(ADA)


def test_each_row_says_by_which_rule_and_evidence() -> None:
    memory = Memory()
    memory.night([ADA, ADA_ABROAD, BEN, guest("5", "cleo@example.com"), STRANGER])
    rules = {name[1]: (row["rule"], row["evidence"]) for name, row in memory.assigned().items()}
    digest = {
        who: hmac.new(HASH_KEY.encode(), f"{who}@example.com".encode(), hashlib.sha256).hexdigest()
        for who in ("ada", "cleo")
    }
    assert rules == {
        "901": ("email", digest["ada"]),
        "17": ("email", digest["ada"]),
        "902": ("vendor_id", "902"),
        "order:5": ("email", digest["cleo"]),
        "order:4": ("unidentified", "order:4"),
    }


def test_a_checkout_without_an_address_is_a_customer_of_its_own() -> None:
    memory = Memory()
    memory.night([STRANGER, guest("6"), guest("6", account="nordlicht-jp")])
    assert len(memory.groups()) == 3


def test_a_key_is_the_hash_of_the_record_seen_first() -> None:
    memory = Memory()
    memory.night([ADA_ABROAD, ADA])
    expected = hashlib.sha256(b"shopify|nordlicht-de|901").hexdigest()[:20]
    assert memory.key(ADA_ABROAD) == f"ck_{expected}"
    assert memory.history.customer_keys.to_pylist() == [
        {
            "customer_key": f"ck_{expected}",
            "system": "shopify",
            "account": "nordlicht-de",
            "source_id": "901",
            "minted_at": ADA.seen,
            "recorded_at": MONDAY,
        }
    ]


def test_a_rerun_appends_nothing() -> None:
    memory = Memory()
    people = [ADA, ADA_ABROAD, ADA_AS_GUEST, BEN, STRANGER]
    memory.night(people)
    assert is_silent(memory.night(people))


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_rows_decides_nothing(seed: int) -> None:
    people = [Record(str(n), f"p{n % 40}@example.com") for n in range(80)] + [guest("1"), ADA]
    told, shuffled = Memory(), Memory()
    told.night(people)
    shuffled.night(random.Random(seed).sample(people, len(people)))
    assert shuffled.assigned() == told.assigned()
    assert shuffled.history.customer_keys.equals(told.history.customer_keys)


def test_keys_stay_while_the_group_grows_by_a_tenth_each_night() -> None:
    people = [Record(str(n), f"p{n % 400}@example.com") for n in range(1000)]
    memory = Memory()
    memory.night(people[:500])
    known = 500
    while known < len(people):
        before = memory.keys()
        known = min(len(people), known + known // 10)
        memory.night(people[:known])
        assert before.items() <= memory.keys().items()
    at_once = Memory()
    at_once.night(people)
    assert memory.groups() == at_once.groups()


def test_a_merge_keeps_the_key_that_was_recorded_first_and_redirects_the_other() -> None:
    memory = Memory()
    memory.night([BEN])
    ben_key = memory.key(BEN)
    earlier_but_new = replace(ADA, seen=datetime(2020, 1, 1))
    memory.night([BEN, earlier_but_new])
    ada_key = memory.key(ADA)
    found = memory.night([BEN, replace(earlier_but_new, email=BEN.email)])
    assert memory.key(ADA) == memory.key(BEN) == ben_key
    assert found.redirects.to_pylist() == [
        {
            "from_customer_key": ada_key,
            "to_customer_key": ben_key,
            "redirected_at": datetime(2026, 10, 14, 6),
            "reason": "merge",
        }
    ]
    assert memory.assigned()[ADA.name]["valid_from"] == datetime(2026, 10, 14, 6)


def test_of_keys_recorded_together_the_older_record_keeps_its_own() -> None:
    memory = Memory()
    memory.night([BEN, ADA])
    ada_key = memory.key(ADA)
    memory.night([replace(BEN, email=ADA.email), ADA])
    assert memory.key(BEN) == memory.key(ADA) == ada_key


def test_a_merge_then_a_split_leaves_the_key_with_the_larger_part() -> None:
    memory = Memory()
    memory.night([ADA, BEN])
    ada_key, ben_key = memory.key(ADA), memory.key(BEN)
    memory.night([ADA, ADA_ABROAD, ADA_AS_GUEST, replace(BEN, email=ADA.email)])
    assert {memory.key(r) for r in (ADA, ADA_ABROAD, ADA_AS_GUEST, BEN)} == {ada_key}
    found = memory.night([replace(ADA, email="new@example.com"), ADA_ABROAD, ADA_AS_GUEST, BEN])
    assert memory.key(ADA_ABROAD) == memory.key(ADA_AS_GUEST) == ada_key
    assert memory.key(BEN) == ben_key
    assert memory.key(ADA) not in (ada_key, ben_key)
    assert {(row["to_customer_key"], row["reason"]) for row in found.splits.to_pylist()} == {
        (memory.key(ADA), "split"),
        (ben_key, "unmerge"),
    }


def test_equal_parts_leave_the_key_with_the_record_it_was_minted_for() -> None:
    memory = Memory()
    memory.night([ADA, ADA_ABROAD])
    ada_key = memory.key(ADA)
    memory.night([replace(ADA, email="new@example.com"), ADA_ABROAD])
    assert memory.key(ADA) == ada_key
    assert memory.key(ADA_ABROAD) != ada_key


def test_redirects_of_a_chain_all_end_at_the_living_key() -> None:
    memory = Memory()
    cleo = Record("903", "cleo@example.com", seen=datetime(2026, 9, 8))
    memory.night([ADA])
    memory.night([ADA, BEN])
    memory.night([ADA, BEN, cleo])
    ada_key, ben_key, cleo_key = (memory.key(r) for r in (ADA, BEN, cleo))
    memory.night([ADA, BEN, replace(cleo, email=BEN.email)])
    memory.night([ADA, replace(BEN, email=ADA.email), replace(cleo, email=ADA.email)])
    newest = sorted(memory.history.redirects.to_pylist(), key=lambda row: row["redirected_at"])
    leads = {row["from_customer_key"]: row["to_customer_key"] for row in newest}
    assert leads == {cleo_key: ada_key, ben_key: ada_key}


def test_a_record_that_is_gone_ends_and_has_its_key_again_when_it_is_back() -> None:
    memory, order = Memory(), guest("7", BEN.email)
    memory.night([ADA, BEN, order])
    before = memory.keys()
    found = memory.night([ADA, BEN])
    rows = {row["source_id"]: row for row in found.assignments.to_pylist()}
    assert rows["order:7"]["rule"] == "gone"
    assert rows["order:7"]["valid_from"] == MONDAY + timedelta(days=1)
    assert is_silent(memory.night([ADA, BEN]))
    memory.night([ADA, BEN, order])
    assert memory.keys() == before
    assert memory.assigned()["nordlicht-de", "order:7"]["rule"] == "email"


def test_a_customer_merged_away_ends_with_the_merge_and_still_says_who_is_who() -> None:
    memory = Memory()
    twin = Record("2", "ada.second@example.org", seen=datetime(2026, 9, 8))
    paid = payer("cus_2", "third@example.org", seen=datetime(2026, 9, 9))
    memory.night([ADA, twin, paid], [Link(paid, twin)])
    twin_key, at = memory.key(twin), MONDAY + timedelta(hours=3)
    gone = replace(twin, gone=at)
    memory.night([ADA, gone, paid], [Link(paid, twin), merged(twin, ADA, since=at)])
    assert (memory.assigned()[twin.name]["rule"], memory.assigned()[twin.name]["valid_from"]) == (
        "gone",
        at,
    )
    assert memory.key(paid) == memory.key(ADA)
    assert memory.redirects() == {twin_key: memory.key(ADA)}
    assert is_silent(
        memory.night([ADA, gone, paid], [Link(paid, twin), merged(twin, ADA, since=at)])
    )
    memory.night([ADA, twin, paid], [Link(paid, twin)])
    assert memory.key(paid) == memory.key(twin) == twin_key


def test_two_runs_on_one_vendor_clock_leave_the_second_answer() -> None:
    memory = Memory()
    memory.night([ADA, BEN])
    memory.as_of = MONDAY
    memory.night([ADA, replace(BEN, email=ADA.email)])
    memory.as_of = MONDAY
    memory.night([ADA, BEN])
    assert memory.key(ADA) != memory.key(BEN)
    stamps = [row["recorded_at"] for row in memory.history.assignments.to_pylist()]
    assert len({*stamps}) == 3


def test_role_addresses_link_nobody_and_are_listed() -> None:
    memory = Memory()
    clerks = [Record(str(n), "info@example.com", is_role=True) for n in range(3)]
    found = memory.night([*clerks, guest("8", "info@example.com", is_role=True)])
    assert len(memory.groups()) == 4
    assert memory.assigned()["nordlicht-de", "order:8"]["rule"] == "unidentified"
    [refused] = found.refusals.to_pylist()
    assert (refused["reason"], refused["records_count"]) == ("role_address", 4)
    assert len(refused["evidence"]) == 64


def test_an_address_on_too_many_records_links_nobody_and_is_listed() -> None:
    crowd = [guest(str(n), "till@example.com") for n in range(21)]
    memory, few = Memory(), Memory()
    found = memory.night([*crowd, ADA, ADA_ABROAD])
    few.night(crowd[:20])
    assert (len(memory.groups()), len(few.groups())) == (22, 1)
    assert [row["reason"] for row in found.refusals.to_pylist()] == ["over_limit"]


def test_no_nodes_at_all_is_an_empty_answer() -> None:
    memory = Memory()
    assert is_silent(memory.night([]))
    memory.night([ADA])
    found = memory.night([])
    assert found.assignments["rule"].to_pylist() == ["gone"]
    assert found.edges["valid_to"].to_pylist() == [datetime(2026, 10, 14, 6)]
    assert is_silent(memory.night([]))


def test_evidence_needs_a_key() -> None:
    with pytest.raises(ValueError, match="CONCORD_HASH_KEY"):
        identity.resolve(
            identity.Records(nodes([ADA])), identity.History(), as_of=MONDAY, hash_key=""
        )


def test_a_record_that_comes_twice_is_named() -> None:
    with pytest.raises(ValueError, match="shopify / nordlicht-de / 901 comes twice"):
        Memory().night([ADA, ADA])


def test_a_lost_key_is_named_and_not_minted_again() -> None:
    memory = Memory()
    memory.night([ADA])
    memory.history = replace(
        memory.history, customer_keys=identity.LOGS["customer_keys"].empty_table()
    )
    with pytest.raises(ValueError, match="was never minted"):
        memory.night([ADA])


def test_no_history_may_lack_a_column() -> None:
    spoilt = identity.History(redirects=nodes([]), assignments=nodes([]))
    with pytest.raises(ValueError, match="table without customer_key"):
        identity.resolve(identity.Records(nodes([ADA])), spoilt, as_of=MONDAY, hash_key=HASH_KEY)
