"""HubSpot: what changed comes, what left is known, and a count says so."""

import logging
from collections.abc import Iterator

import pytest

from ingestion import hubspot_api, hubspot_lists
from ingestion.group import Account
from ingestion.load import LoadResult
from tests.ingestion.conftest import Warehouse, account_of
from tests.ingestion.tiny_crm import (
    BATCH_READ,
    MANY_SEARCHES,
    TinyCrm,
    archived,
    company,
    contact,
    open_crm,
)

LATER = "2026-10-12T09:00:00.000Z"


@pytest.fixture(autouse=True)
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINY_SECRET", "pat-eu1-tiny")


@pytest.fixture
def crm() -> Iterator[TinyCrm]:
    with open_crm(TinyCrm()) as opened:
        yield opened


def crm_account(crm: TinyCrm, name: str = "crm") -> Account:
    return account_of(crm.base_url, name, "hubspot")


def load(warehouse: Warehouse, crm: TinyCrm) -> LoadResult:
    return warehouse.load(crm_account(crm))


def newest(warehouse: Warehouse, columns: str, table: str = "contacts") -> list[tuple]:
    return warehouse.query(
        f"select {columns} from raw_hubspot.{table} qualify row_number() over (partition by account, id"
        " order by _version_at desc, _received_at desc, _version_hash desc) = 1 order by id"
    )


def members(warehouse: Warehouse) -> list[tuple]:
    """The companies of contacts as staging may read them: those of each contact's newest version."""
    return warehouse.query(
        """with newest as (
            select * from raw_hubspot.contacts qualify row_number() over (partition by account, id
            order by _version_at desc, _received_at desc, _version_hash desc) = 1)
        select distinct contact_id, company_id, label
        from raw_hubspot.contact_companies as companies
        join newest on companies.account = newest.account and companies.contact_id = newest.id
            and companies._version_at = newest._version_at
            and companies._received_at = newest._received_at
        order by all"""
    )


def versions(warehouse: Warehouse, table: str) -> list[tuple]:
    return warehouse.query(
        f"select distinct * exclude (_dlt_load_id, _received_at) from raw_hubspot.{table} order by all"
    )


def completeness(result: LoadResult) -> dict[str, tuple[int | None, int]]:
    return {check.stream: (check.expected, check.landed) for check in result.completeness}


def test_records_land_as_hubspot_wrote_them(crm: TinyCrm, warehouse: Warehouse):
    crm.contacts = [contact(7, hs_merged_object_ids="5;6", phone="0151 1", vip_tier=None)]
    crm.companies = [company(9007199254740993, domain="example.de")]
    crm.members = {"7": {"9007199254740993": [None, "Primary", "Billing"]}}
    result = load(warehouse, crm)
    assert newest(
        warehouse,
        "id, properties__email, properties__phone, properties__hs_merged_object_ids,"
        " properties__vip_tier, archived, _version_at::varchar",
    ) == [("7", "person-7@example.de", "0151 1", "5;6", None, False, "2026-10-01 10:00:00")]
    assert newest(warehouse, "id, properties__name, properties__domain", "companies") == [
        ("9007199254740993", "Company 9007199254740993", "example.de")
    ]
    assert members(warehouse) == [("7", "9007199254740993", "Billing;Primary")]
    assert completeness(result) == {
        "contacts": (1, 1),
        "archived_contacts": (0, 0),
        "companies": (1, 1),
        "archived_companies": (0, 0),
    }
    assert result.dead_letters == 0


def test_run_twice_nothing_new_is_claimed(crm: TinyCrm, warehouse: Warehouse):
    crm.contacts = [contact(n, f"2026-10-{n:02d}T00:00:00.000Z") for n in range(1, 11)]
    crm.members = {str(n): {"77": ["Primary"]} for n in range(1, 11)}
    load(warehouse, crm)
    before = [versions(warehouse, table) for table in ("contacts", "contact_companies")]
    result = load(warehouse, crm)
    assert [versions(warehouse, table) for table in ("contacts", "contact_companies")] == before
    assert result.rows["contacts"] == 1  # the newest, again: the overlap


def test_what_changed_is_found_by_search(crm: TinyCrm, warehouse: Warehouse):
    crm.contacts = [contact(n, f"2026-10-{n:02d}T00:00:00.000Z") for n in range(1, 6)]
    load(warehouse, crm)
    crm.contacts[2] = contact(3, LATER, firstname="Ada")
    crm.contacts.append(contact(6, LATER))
    crm.seen.clear()
    result = load(warehouse, crm)
    assert completeness(result)["contacts"] == (3, 3)  # the newest of before among them
    assert newest(warehouse, "id, properties__firstname")[2] == ("3", "Ada")
    assert warehouse.query("select count(distinct id) from raw_hubspot.contacts") == [(6,)]
    assert [
        given for given in crm.asked("/crm/v3/objects/contacts") if "archived" not in given
    ] == []


def test_a_record_indexed_late_comes_with_the_next_load(crm: TinyCrm, warehouse: Warehouse):
    crm.contacts = [contact(1, "2026-10-15T05:00:00.000Z")]
    load(warehouse, crm)
    crm.contacts += [
        contact(2, "2026-10-15T05:58:40.000Z"),
        contact(3, "2026-10-15T06:00:00.000Z"),
    ]
    crm.unindexed = {"2"}
    load(warehouse, crm)
    crm.unindexed = set()
    load(warehouse, crm)
    assert newest(warehouse, "id") == [("1",), ("2",), ("3",)]


def test_an_archived_record_is_known_as_archived(crm: TinyCrm, warehouse: Warehouse):
    crm.contacts = [contact(1), contact(2), archived(contact(3), "2026-08-01T00:00:00.000Z")]
    crm.companies = [company(9)]
    crm.members = {"2": {"9": ["Primary"]}}
    load(warehouse, crm)
    assert newest(warehouse, "id, archived") == [("1", False), ("2", False), ("3", True)]
    crm.contacts[1] = archived(contact(2), LATER)
    crm.companies = [archived(company(9), LATER)]
    crm.members = {}
    result = load(warehouse, crm)
    assert newest(warehouse, "id, archived, archived_at::varchar")[1] == (
        *("2", True, "2026-10-12 09:00:00"),
    )
    assert newest(warehouse, "archived", "companies") == [(True,)]
    assert members(warehouse) == []
    assert completeness(result)["archived_contacts"] == (2, 2)


def test_a_contact_archived_without_a_change_of_its_time_is_archived(
    crm: TinyCrm, warehouse: Warehouse
):
    crm.contacts = [contact(1)]
    load(warehouse, crm)
    crm.contacts = [contact(1) | {"archived": True, "archivedAt": LATER}]
    load(warehouse, crm)
    assert newest(warehouse, "id, archived") == [("1", True)]


def test_a_merged_contact_is_named_by_the_one_it_became_part_of(crm: TinyCrm, warehouse: Warehouse):
    crm.contacts = [contact(1), contact(2), contact(3)]
    load(warehouse, crm)
    crm.contacts = [contact(3, LATER, hs_merged_object_ids="1;2")]
    load(warehouse, crm)
    gone = warehouse.query(
        """select distinct loser.id from raw_hubspot.contacts as loser
        join raw_hubspot.contacts as winner
            on list_contains(string_split(winner.properties__hs_merged_object_ids, ';'), loser.id)
        order by 1"""
    )
    assert gone == [("1",), ("2",)]


def test_an_association_that_was_removed_is_gone(crm: TinyCrm, warehouse: Warehouse):
    crm.contacts = [contact(1), contact(2)]
    crm.members = {"1": {"8": ["Primary"], "9": [None]}, "2": {"9": ["Primary"]}}
    load(warehouse, crm)
    assert members(warehouse) == [("1", "8", "Primary"), ("1", "9", None), ("2", "9", "Primary")]
    del crm.members["1"]["8"]
    del crm.members["2"]
    crm.contacts = [contact(1, LATER), contact(2, LATER)]
    load(warehouse, crm)
    assert members(warehouse) == [("1", "9", None)]


def test_companies_beyond_one_page_are_asked_for(crm: TinyCrm, warehouse: Warehouse):
    crm.contacts = [contact(n) for n in range(1, 4)]
    crm.members = {
        "1": {str(100 + n): ["Primary"] for n in range(5)},
        "3": {str(100 + n): ["Primary"] for n in range(3)},
    }
    crm.most_members = 2
    load(warehouse, crm)
    assert len(members(warehouse)) == 8
    inputs = [given["inputs"] for given in crm.asked(BATCH_READ)]
    assert [len(each) for each in inputs] == [3, 2, 1]


def test_windows_are_halved_until_a_search_can_give_them(
    crm: TinyCrm, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
):
    crm.contacts = [contact(0, "2026-09-01T00:00:00.000Z")]
    load(warehouse, crm)
    crm.contacts += [
        contact(n, f"2026-10-{1 + n % 14:02d}T0{n % 7}:00:00.{n:03d}Z") for n in range(1, 61)
    ]
    monkeypatch.setattr(hubspot_lists, "MOST_FOUND", 10)
    monkeypatch.setattr(hubspot_lists, "SEARCHED", 5)
    monkeypatch.setattr(hubspot_api, "SEARCHES", MANY_SEARCHES)
    crm.most_found = 10
    crm.seen.clear()
    result = load(warehouse, crm)
    expected, landed = completeness(result)["contacts"]
    assert expected == landed
    assert warehouse.query("select count(distinct id) from raw_hubspot.contacts") == [(61,)]
    searches = crm.asked("/crm/v3/objects/contacts/search")
    assert max(int(given.get("after", 0)) for given in searches) < 10
    assert len({str(given["filterGroups"]) for given in searches}) > 6


def test_a_millisecond_too_full_for_a_search_is_listed_instead(
    crm: TinyCrm, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
):
    crm.contacts = [contact(1)]
    load(warehouse, crm)
    crm.contacts += [contact(n, LATER) for n in range(2, 30)]
    monkeypatch.setattr(hubspot_lists, "MOST_FOUND", 10)
    monkeypatch.setattr(hubspot_lists, "SEARCHED", 5)
    monkeypatch.setattr(hubspot_api, "SEARCHES", MANY_SEARCHES)
    crm.most_found = 10
    result = load(warehouse, crm)
    assert completeness(result)["contacts"] == (29, 29)
    assert warehouse.query("select count(distinct id) from raw_hubspot.contacts") == [(29,)]


def test_a_row_that_cannot_be_landed_is_a_dead_letter_and_the_rest_lands(
    crm: TinyCrm, warehouse: Warehouse
):
    crm.contacts = [contact(n) for n in range(1, 5)]
    crm.contacts[0]["createdAt"] = "yesterday"
    del crm.contacts[1]["id"]
    crm.contacts[2]["properties"] = "none"
    result = load(warehouse, crm)
    assert newest(warehouse, "id") == [("4",)]
    reasons = warehouse.query("select reason from raw_hubspot.dead_letters order by 1")
    assert reasons == [
        ("contacts.createdAt: 'yesterday' is not timestamp",),
        ("contacts.id: no value, and it is the key",),
        ("contacts.properties: a string is not an object",),
    ]
    assert result.dead_letters == 3
    assert completeness(result)["contacts"] == (4, 4)


def test_a_property_nobody_declared_is_kept_and_announced(
    crm: TinyCrm, warehouse: Warehouse, caplog: pytest.LogCaptureFixture
):
    crm.contacts = [contact(1, _unasked={"hs_new": "x"})]
    with caplog.at_level(logging.WARNING):
        load(warehouse, crm)
    assert newest(warehouse, "_extra") == [('{"properties.hs_new":"x"}',)]
    assert "contacts.properties.hs_new" in caplog.text


def test_each_account_has_its_own_cursor(crm: TinyCrm, warehouse: Warehouse):
    crm.contacts = [contact(1), contact(2)]
    warehouse.load(crm_account(crm, "crm"))
    result = warehouse.load(crm_account(crm, "crm-of-the-other-brand"))
    assert completeness(result)["contacts"] == (2, 2)
    assert warehouse.query(
        "select account, count(*) from raw_hubspot.contacts group by 1 order by 1"
    ) == [("crm", 2), ("crm-of-the-other-brand", 2)]


def test_an_increment_equals_a_full_load(crm: TinyCrm, warehouse: Warehouse):
    crm.contacts = [contact(n) for n in range(1, 9)]
    crm.members = {str(n): {"50": ["Primary"]} for n in range(1, 9)}
    load(warehouse, crm)
    crm.contacts[0] = contact(1, LATER, vip_tier="gold")
    crm.contacts[1] = archived(crm.contacts[1], LATER)
    crm.contacts.append(contact(9, LATER))
    crm.members = {"9": {"50": [None]}, **{str(n): {"50": ["Primary"]} for n in range(3, 9)}}
    load(warehouse, crm)
    whole = Warehouse(warehouse.path.with_name("whole.duckdb"))
    load(whole, crm)
    columns = "* exclude (_dlt_load_id, _received_at)"
    assert newest(warehouse, columns) == newest(whole, columns)
    assert members(warehouse) == members(whole)
