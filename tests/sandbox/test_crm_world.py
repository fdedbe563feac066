"""The CRM of a world: its named cases, what merges leave, and a clock that moves nothing in silence."""

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.world import World, build
from sandbox.world.crm_cases import CRM_CASES
from tests.sandbox.worlds import MONTHS, MOVED, SMALLEST, YEAR, answered, look, pairs


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return answered(look(*SMALLEST), tmp_path_factory.mktemp("answers"))


def table(world: World, name: str) -> dict[str, dict[str, Any]]:
    rows = world.con.execute(f"select id, to_json(t) from hubspot.{name} as t").fetchall()
    found = {key: json.loads(text) for key, text in rows}
    for row in found.values():
        del row["_seq"]
    return found


def played(world: World, case: str) -> list[dict[str, Any]]:
    """The contacts of a case that the lists still show."""
    contacts = table(world, "contacts")
    ids = world.con.execute(
        """select object_id from truth.special_cases where "case" = ? order by object_id""", [case]
    ).fetchall()
    assert ids, case
    return [contacts[key] for (key,) in ids if key in contacts]


def merged_into(world: World) -> dict[str, str]:
    return dict(world.con.execute("select id, merged_into from hubspot.merges").fetchall())


def test_every_named_case_is_there(world: World):
    for case in CRM_CASES:
        contacts = played(world, case.name)
        assert contacts or "merge" in case.name, case.name


def test_two_contacts_of_one_person_have_two_spellings(world: World):
    one, other = played(world, "crm_duplicate_spelling")
    name, domain = one["properties"]["email"].split("@")
    assert other["properties"]["email"] == f"{name}+crm@{domain}"
    (tiered,) = played(world, "crm_tier_disagrees")
    assert tiered["properties"]["vip_tier"] == "standard"


def test_the_connectors_id_names_a_customer_that_the_shop_has(world: World):
    for case in ("crm_external_id", "crm_shared_address"):
        (contact,) = played(world, case)
        shop = contact["properties"]["shopify_shop"].removesuffix(".myshopify.com")
        customer = "gid://shopify/Customer/" + contact["properties"]["shopify_customer_id"]
        known = world.con.execute(
            'select count(*) from shopify."Customer" where _shop = ? and "id" = ?', [shop, customer]
        ).fetchall()
        assert known == [(1,)], case


def test_a_merge_makes_a_new_record_that_names_both_and_keeps_the_older_date(world: World):
    (contact,) = played(world, "crm_merged")
    losers = contact["properties"]["hs_merged_object_ids"].split(";")
    assert len(losers) == 2
    assert contact["id"] not in losers
    assert {merged_into(world)[loser] for loser in losers} == {contact["id"]}
    assert contact["properties"]["hs_additional_emails"].startswith("work.")
    assert contact["createdAt"] < "2025-12"
    assert contact["updatedAt"] >= "2026-01"


def test_a_chain_of_merges_ends_in_one_record_that_names_all(world: World):
    (contact,) = played(world, "crm_merge_chain")
    losers = contact["properties"]["hs_merged_object_ids"].split(";")
    assert len(set(losers)) == 4
    assert {merged_into(world)[loser] for loser in losers} == {contact["id"]}
    assert len(contact["properties"]["hs_additional_emails"].split(";")) == 2


def test_what_was_merged_is_in_no_list(world: World):
    merged = merged_into(world)
    assert merged
    shown = {**table(world, "contacts"), **table(world, "companies")}
    assert not merged.keys() & shown.keys()
    assert set(merged.values()) <= shown.keys()


def test_archived_contacts_say_when(world: World):
    for case in ("crm_archived", "crm_duplicate_archived"):
        (contact,) = played(world, case)
        assert contact["archived"]
        assert contact["archivedAt"] == contact["updatedAt"]


def test_contacts_without_an_address_and_with_one_that_many_share(world: World):
    (phone_only,) = played(world, "crm_phone_only")
    assert phone_only["properties"]["email"] is None
    assert phone_only["properties"]["phone"]
    _, called = played(world, "crm_duplicate_without_email")
    assert (called["properties"]["email"], bool(called["properties"]["phone"])) == (None, True)
    (role,) = played(world, "crm_role_address")
    assert role["properties"]["email"].startswith("info@")
    (opted_out,) = played(world, "crm_opted_out")
    assert opted_out["properties"]["hs_email_optout"] == "true"


def test_somebody_is_in_no_shop(world: World):
    (contact,) = played(world, "crm_never_in_a_shop")
    seen = world.con.execute(
        """select count(*) from shopify."Order" where lower(email) = ?""",
        [contact["properties"]["email"]],
    ).fetchall()
    assert seen == [(0,)]
    (known,) = world.con.execute(
        """select count(*) from truth.person_records where pid >= 50000000 and system in ('shopify', 'stripe')"""
    ).fetchall()
    assert known == (0,)


def test_a_company_was_merged_and_its_contact_has_two(world: World):
    (company,) = [
        one
        for one in table(world, "companies").values()
        if one["properties"]["hs_merged_object_ids"]
    ][:1]
    assert "lastmodifieddate" not in company["properties"]
    (contact,) = played(world, "crm_two_companies")
    (ends,) = world.con.execute(
        """select "to" from hubspot.associations where "from".id = ?""", [contact["id"]]
    ).fetchall()
    companies = table(world, "companies")
    assert all(str(end["toObjectId"]) in companies for end in ends[0])
    labels = [[kind["label"] for kind in end["associationTypes"]] for end in ends[0]]
    assert labels == [["Primary", None], ["Advisor", None]]


@pytest.mark.parametrize("asked", [YEAR, MONTHS], ids=str)
def test_no_address_stands_on_two_contacts(asked: tuple[int, int, int]):
    world = look(*asked, MOVED[asked][1])
    twice = world.con.execute(
        """with addresses as (
            select unnest(string_split(concat_ws(';', properties.email, properties.hs_additional_emails), ';'))
                as email from hubspot.contacts)
        select email from addresses group by email having email <> '' and (count(*) > 1 or email <> lower(email))"""
    ).fetchall()
    assert twice == []
    shares = world.con.execute(
        """select avg(cast(pid >= 50000000 as int)), avg(cast(merged_into is not null as int)),
            count(archived_at) from truth.crm_contacts"""
    ).fetchall()[0]
    assert 0.08 < shares[0] < 0.25
    assert 0.02 < shares[1] < 0.2
    assert shares[2] > 3


@pytest.mark.parametrize(("seed", "days", "orders", "first", "second"), pairs())
def test_what_changed_says_so_and_what_is_gone_was_merged(
    seed: int, days: int, orders: int, first: int, second: int
):
    before, after = (look(seed, days, orders, advanced) for advanced in (first, second))
    clock = before.clock.strftime("%Y-%m-%dT%H:%M:%S.999Z")
    merged = merged_into(after)
    fresh = 0
    for name in ("contacts", "companies"):
        was, now = table(before, name), table(after, name)
        assert set(was) - set(now) <= set(merged)
        changed = [key for key in now if key in was and was[key] != now[key]]
        assert [key for key in changed if now[key]["updatedAt"] <= clock] == []
        for key in set(now) - set(was):
            fresh += 1
            assert now[key]["updatedAt"] > clock
            # A merged record keeps the older date, and only it.
            assert (now[key]["createdAt"] > clock) or now[key]["properties"]["hs_merged_object_ids"]
    assert fresh


def test_an_association_changes_only_with_its_contact():
    before, after = build(2, 60, 1500), build(2, 60, 1500, 90)
    clock = before.clock.strftime("%Y-%m-%dT%H:%M:%S.999Z")

    def ends(world: World) -> dict[str, Any]:
        rows = world.con.execute('select "from".id, "to" from hubspot.associations').fetchall()
        return dict(rows)

    was, now, contacts = ends(before), ends(after), table(after, "contacts")
    changed = [key for key in was if key in contacts and was[key] != now.get(key)]
    assert changed
    assert [key for key in changed if contacts[key]["updatedAt"] <= clock] == []


def test_the_answer_key_names_the_cases(tmp_path: Path, world: World):
    world.write_answers(tmp_path)
    found = world.con.execute(f"select distinct \"case\" from '{tmp_path}/special_cases.parquet'")
    assert {case.name for case in CRM_CASES} <= {name for (name,) in found.fetchall()}
