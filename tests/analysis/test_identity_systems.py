"""Records of the CRM and of the PSPs beside those of the shops: vendors' links, merges, guards."""

import hashlib
import hmac
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from analysis import identity
from tests.analysis.people import (
    HASH_KEY,
    MONDAY,
    Link,
    Memory,
    Record,
    contact,
    guest,
    is_silent,
    merged,
    payer,
)

ADA = Record("901", "ada@example.com", seen=datetime(2026, 9, 1))
BEN = Record("902", "ben@example.com", seen=datetime(2026, 9, 2))
ADA_IN_CRM = contact("1", "ada@example.com", seen=datetime(2026, 8, 1))
ADA_PAYS = payer("cus_1", seen=datetime(2026, 9, 3))


def pairs(found: identity.Resolution) -> set[tuple[str, str, str, str]]:
    """Who is kept apart from whom, by which evidence and why."""
    names = ("source_id", "linked_source_id", "rule", "refusal")
    return {tuple(row[name] for name in names) for row in found.refused_pairs.to_pylist()}


def test_a_vendors_link_joins_records_that_share_no_address() -> None:
    memory = Memory()
    lead = contact("2", "other@example.com")
    memory.night([ADA, lead, ADA_PAYS], [Link(lead, ADA), Link(ADA_PAYS, ADA)])
    assert memory.key(lead) == memory.key(ADA_PAYS) == memory.key(ADA)


def test_a_row_names_the_record_that_the_vendor_linked_it_to() -> None:
    memory = Memory()
    gone = contact("3")
    memory.night(
        [ADA, ADA_IN_CRM, ADA_PAYS, gone],
        [Link(ADA_PAYS, ADA), merged(gone, ADA_IN_CRM)],
    )
    rows = {name[1]: (row["rule"], row["evidence"]) for name, row in memory.assigned().items()}
    digest = hmac.new(HASH_KEY.encode(), b"ada@example.com", hashlib.sha256).hexdigest()
    assert rows == {
        "901": ("email", digest),
        "1": ("email", digest),
        "cus_1": ("vendor_link", "nordlicht-de:901"),
        "3": ("vendor_merge", "crm:1"),
    }


def test_who_is_linked_to_keeps_its_own_evidence() -> None:
    memory = Memory()
    memory.night([ADA, ADA_PAYS], [Link(ADA_PAYS, ADA)])
    row = memory.assigned()[ADA.name]
    assert (row["rule"], row["evidence"]) == ("vendor_id", "901")


def test_a_merge_speaks_before_other_links() -> None:
    memory = Memory()
    gone = contact("3")
    memory.night([ADA, ADA_IN_CRM, gone], [Link(gone, ADA), merged(gone, ADA_IN_CRM)])
    assert memory.assigned()[gone.name]["rule"] == "vendor_merge"


def test_a_chain_of_merges_is_one_customer() -> None:
    chain = [contact(str(n), f"c{n}@example.com") for n in range(4)]
    memory = Memory()
    memory.night(chain, [merged(a, b) for a, b in pairwise(chain)])
    assert len(memory.groups()) == 1


def test_a_merged_contact_without_a_record_of_its_own_has_its_winners_key() -> None:
    memory = Memory()
    gone = contact("3", seen=datetime(2026, 9, 10))
    memory.night([ADA_IN_CRM, gone], [merged(gone, ADA_IN_CRM)])
    assert memory.key(gone) == memory.key(ADA_IN_CRM)


def test_further_addresses_of_a_contact_link_too() -> None:
    memory = Memory()
    memory.night([ADA, BEN, ADA_IN_CRM], more=[(ADA_IN_CRM, BEN.email or "")])
    assert memory.key(ADA) == memory.key(BEN) == memory.key(ADA_IN_CRM)
    digest = hmac.new(HASH_KEY.encode(), b"ada@example.com", hashlib.sha256).hexdigest()
    assert memory.assigned()[ADA_IN_CRM.name]["evidence"] == digest


def test_the_address_that_others_have_speaks_for_a_contact() -> None:
    memory = Memory()
    newcomer = contact("5", "only@example.com")
    memory.night([ADA, newcomer], more=[(newcomer, "ada@example.com")])
    digest = hmac.new(HASH_KEY.encode(), b"ada@example.com", hashlib.sha256).hexdigest()
    assert memory.assigned()[newcomer.name]["evidence"] == digest


def test_links_hold_whatever_the_address_says() -> None:
    memory = Memory()
    clerk = replace(ADA, email="info@example.com", is_role=True)
    clerk_in_crm = contact("6", "info@example.com", is_role=True)
    memory.night([clerk, clerk_in_crm], [Link(clerk_in_crm, clerk)])
    assert memory.key(clerk) == memory.key(clerk_in_crm)


def test_a_refused_link_and_one_to_nobody_join_nothing_and_are_counted() -> None:
    memory = Memory()
    nobody = Record("999")
    found = memory.night(
        [ADA, BEN, ADA_PAYS],
        [Link(ADA_PAYS, BEN, refusal="several_customers"), Link(ADA_PAYS, nobody)],
    )
    assert len(memory.groups()) == 3
    assert (found.counts["links_refused"], found.counts["links_to_no_record"]) == (1, 1)
    assert pairs(found) == {("cus_1", "902", "vendor_link", "several_customers")}
    again = memory.night([ADA, BEN, ADA_PAYS], [Link(ADA_PAYS, BEN)])
    assert again.refused_pairs["is_open"].to_pylist() == [False]


def test_shop_customers_keep_their_keys_when_the_crm_joins_the_group() -> None:
    memory = Memory()
    memory.night([ADA, BEN])
    before = memory.keys()
    older = replace(ADA_IN_CRM, seen=datetime(2020, 1, 1))
    memory.night([ADA, BEN, older, ADA_PAYS], [Link(ADA_PAYS, BEN)])
    assert before.items() <= memory.keys().items()
    assert memory.key(older) == memory.key(ADA)


def test_a_crm_that_links_two_customers_leaves_the_older_key_and_a_redirect() -> None:
    memory = Memory()
    memory.night([ADA, BEN])
    ada_key, ben_key = memory.key(ADA), memory.key(BEN)
    found = memory.night([ADA, BEN, ADA_IN_CRM], [Link(ADA_IN_CRM, BEN)])
    assert {memory.key(r) for r in (ADA, BEN, ADA_IN_CRM)} == {ada_key}
    assert found.redirects["from_customer_key"].to_pylist() == [ben_key]


def test_an_address_is_counted_in_each_system_by_itself() -> None:
    crowd = [guest(str(n), "ada@example.com") for n in range(20)]
    memory = Memory()
    memory.night(crowd)
    assert is_silent(memory.night(crowd))
    memory.night([*crowd, ADA_IN_CRM, payer("cus_2", "ada@example.com")])
    assert len(memory.groups()) == 1


def test_a_link_counts_from_when_it_held_and_never_before_its_record() -> None:
    memory = Memory()
    memory.night(
        [ADA, ADA_PAYS, ADA_IN_CRM],
        [
            Link(ADA_PAYS, ADA, since=datetime(2026, 9, 20)),
            Link(ADA_IN_CRM, ADA, since=datetime(2020, 1, 1)),
        ],
    )
    assert memory.assigned()[ADA_PAYS.name]["valid_from"] == datetime(2026, 9, 20)
    assert memory.assigned()[ADA_IN_CRM.name]["valid_from"] == ADA_IN_CRM.seen


def test_a_merge_between_two_nights_is_dated_by_the_vendor() -> None:
    memory = Memory()
    other = contact("7", "old@example.com")
    memory.night([ADA_IN_CRM, other])
    memory.night([ADA_IN_CRM, other], [merged(other, ADA_IN_CRM, since=datetime(2026, 10, 12, 20))])
    assert memory.assigned()[other.name]["valid_from"] == datetime(2026, 10, 12, 20)


def test_an_old_link_that_only_now_comes_to_light_counts_from_now() -> None:
    memory = Memory()
    memory.night([ADA, ADA_PAYS])
    memory.night([ADA, ADA_PAYS], [Link(ADA_PAYS, ADA, since=datetime(2026, 9, 4))])
    assert memory.assigned()[ADA_PAYS.name]["valid_from"] == datetime(2026, 10, 13, 6)
    assert memory.assigned()[ADA_PAYS.name]["recorded_at"] > MONDAY


def test_a_company_and_a_private_buyer_share_an_address_and_stay_two() -> None:
    memory = Memory()
    firm = replace(ADA, is_b2b=True)
    firm_abroad = replace(firm, account="nordlicht-world")
    private = guest("1", "ada@example.com", is_b2b=False)
    private_again = guest("2", "ada@example.com", is_b2b=False)
    found = memory.night([firm, firm_abroad, private, private_again, ADA_IN_CRM])
    assert memory.key(firm) == memory.key(firm_abroad)
    assert memory.key(private) == memory.key(private_again)
    assert len(memory.groups()) == 3
    [refused] = found.refusals.to_pylist()
    assert (refused["reason"], refused["records_count"]) == ("company_and_private", 5)


def test_a_contact_with_the_addresses_of_a_company_and_of_a_private_buyer_is_held() -> None:
    memory = Memory()
    firm, private = replace(ADA, is_b2b=True), replace(BEN, is_b2b=False)
    found = memory.night([firm, private, ADA_IN_CRM], more=[(ADA_IN_CRM, "ben@example.com")])
    assert len(memory.groups()) == 3
    assert pairs(found) == {
        ("1", "901", "email", "company_and_private"),
        ("1", "902", "email", "company_and_private"),
    }


def test_two_held_contacts_with_one_address_are_a_pair_to_review() -> None:
    firm, private = replace(ADA, is_b2b=True), replace(BEN, is_b2b=False)
    twin = contact("2", "office@example.com")
    more = [(ADA_IN_CRM, "ben@example.com"), (ADA_IN_CRM, "office@example.com")]
    found = Memory().night([firm, private, ADA_IN_CRM, twin], more=more)
    assert ("1", "2", "email", "company_and_private") in pairs(found)


def test_what_the_vendor_links_stays_linked_when_addresses_are_held() -> None:
    memory = Memory()
    firm, private = replace(ADA, is_b2b=True), replace(BEN, is_b2b=False)
    ben_in_crm = contact("8", "ben@example.com")
    memory.night([firm, private, ben_in_crm], [Link(ben_in_crm, firm)])
    assert memory.key(ben_in_crm) == memory.key(firm) != memory.key(private)


def test_a_company_buyer_whom_nobody_knows_as_private_links_as_anybody() -> None:
    memory = Memory()
    firm = replace(ADA, is_b2b=True)
    found = memory.night([firm, ADA_IN_CRM, Record("905", "ada@example.com", is_b2b=None)])
    assert len(memory.groups()) == 1
    assert not pairs(found)


def test_more_records_than_anybody_has_are_held() -> None:
    shops = [Record(str(n), f"p{n}@example.com") for n in range(120)]
    broker = contact("9", "broker@example.com")
    memory = Memory()
    found = memory.night([*shops, broker], more=[(broker, shop.email or "") for shop in shops])
    assert len(memory.groups()) == 121
    assert pairs(found) == {("9", shop.source_id, "email", "over_limit") for shop in shops}
