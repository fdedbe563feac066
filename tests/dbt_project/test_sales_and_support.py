"""Salesforce and Zendesk as staging and the unions leave them: links, merges, companies, tickets, open ones."""

from pathlib import Path
from typing import Any

import pytest

from tests.dbt_project import warehouse
from tests.dbt_project.tiny_sales import DESK, SALES, Desk, Sales
from tests.dbt_project.tiny_world import World, at

MARCH, APRIL = at("2026-03-01 12:00"), at("2026-04-01 12:00")
pytestmark = pytest.mark.soak

MODELS = (
    "+int_company_links__unioned",
    "+int_company_people__unioned",
    "+int_customers__asking",
    "+int_identity_emails__unioned",
    "+int_identity_phones__unioned",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = World()
    sales, desk = Sales(world), Desk(world)
    sales.contact("anna", "Anna@Example.org", shopify_customer_id__c="nordlicht-de:901")
    sales.contact("ben", shopify_customer_id__c="elsewhere:9", mobile_phone="0151 2")
    sales.contact("cleo", shopify_customer_id__c="901", phone="030 1", mobile_phone="0151 3")
    sales.contact("dora", is_deleted=True, master_record_id="anna", updated=MARCH)
    sales.contact("emil", is_deleted=True, master_record_id="anna", updated=MARCH)
    sales.contact("emil", updated=APRIL)  # undeleted
    sales.lead(
        "fay",
        "fay@example.org",
        is_converted=True,
        converted_contact_id="anna",
        converted_date=MARCH.date(),
    )
    sales.company(
        "top",
        "Hanse",
        website="https://www.Hanse.example/de",
        shopify_company_id__c="nordlicht-jp:70",
    )
    sales.company("twin", "Twin", shopify_company_id__c="nordlicht-jp:80")
    sales.company("other", "Twin", shopify_company_id__c="nordlicht-jp:80")
    sales.company("below", "Hanse Nord", parent_id="top", website="hanse.example")
    sales.company("old", "Hansa", is_deleted=True, master_record_id="top", updated=MARCH)
    world.order("nordlicht-de", "#1001", MARCH)
    world.order("nordlicht-jp", "#1001", MARCH)
    for number, company in (("2", "70"), ("3", "80"), ("4", "70")):
        account = "nordlicht-de" if number == "4" else "nordlicht-jp"
        entity = f"gid://shopify/Company/{company}"
        world.order(account, f"#100{number}", MARCH, purchasing_entity__company__id=entity)
    desk.user("1", "gus@example.org", identities=(("email", "Gus.Work@Example.org"),))
    desk.user("2", identities=(("phone_number", "0151 4"), ("email", "old@example.org")))
    desk.user("2", identities=(("phone_number", "0151 4"),), updated=MARCH)
    desk.user("3", "agent@nordlicht.example", role="agent", phone="030 9")
    desk.user("4", active=False)
    desk.ticket("10", "1", fields=("#1001", "nordlicht-jp"))
    desk.ticket("11", "1", status="pending", fields=("#1001",))
    desk.ticket("12", "1", status="solved", fields=("#1002",))
    desk.ticket("13", "2", status="deleted")
    for user, key in (("1", "ck_gus"), ("2", "ck_hana")):
        world.add(
            "raw_identity",
            "assignments",
            system="zendesk",
            account=DESK,
            source_id=user,
            customer_key=key,
            rule="email",
            valid_from=MARCH,
            recorded_at=MARCH,
        )
    path = world.write(tmp_path_factory.mktemp("sales") / "warehouse.duckdb")
    warehouse.build(
        path,
        *("--select", *MODELS, "--exclude-resource-type", "unit_test"),
        *("--indirect-selection", "cautious"),
    )
    return path


def contacts(built: Path, *columns: str) -> dict[str, tuple[Any, ...]]:
    found = warehouse.rows(built, "select * from intermediate.int_crm_contacts__unioned")
    return {row["contact_id"]: tuple(row[name] for name in columns) for row in found}


def test_the_external_id_names_a_customer_of_a_shop_of_the_group_or_nobody(built: Path) -> None:
    links = contacts(built, "shop_system", "shop_account", "shop_customer_id")
    assert links["anna"] == ("shopify", "nordlicht-de", "901")
    assert links["ben"] == links["cleo"] == (None, None, None)


def test_a_merge_names_the_winner_until_it_is_undone(built: Path) -> None:
    merges = contacts(built, "is_archived", "merged_into_contact_id", "merged_at")
    assert merges["dora"] == (True, "anna", MARCH)
    assert merges["emil"] == (False, None, None)


def test_a_lead_is_known_and_names_the_contact_it_became(built: Path) -> None:
    became = contacts(built, "record_kind", "converted_into_contact_id", "converted_at")
    assert became["fay"] == ("lead", "anna", at("2026-03-01 00:00"))
    assert became["anna"] == ("contact", None, None)


def test_companies_form_a_tree_and_are_known_by_their_domain(built: Path) -> None:
    rows = warehouse.rows(built, "select * from intermediate.int_crm_companies__unioned")
    found = {
        row["company_id"]: (row["parent_company_id"], row["domain"], row["merged_into_company_id"])
        for row in rows
    }
    assert found == {
        "top": (None, "hanse.example", None),
        "below": ("top", "hanse.example", None),
        "old": (None, None, "top"),
        "twin": (None, None, None),
        "other": (None, None, None),
    }


def test_a_company_names_its_winner_and_the_shops_company_that_it_is(built: Path) -> None:
    rows = warehouse.rows(built, "select * from intermediate.int_company_links__unioned")
    assert {(row["source_id"], row["rule"], row["evidence"]) for row in rows} == {
        ("old", "vendor_merge", f"{SALES}:top"),
        ("top", "vendor_link", "nordlicht-jp:70"),
        ("twin", "vendor_link", "nordlicht-jp:80"),
        ("other", "vendor_link", "nordlicht-jp:80"),
    }


def test_every_company_of_a_shop_or_crm_is_known_with_its_buyers(built: Path) -> None:
    nodes = warehouse.rows(built, "select * from intermediate.int_company_nodes__unioned")
    assert {(row["account"], row["source_id"]) for row in nodes} == {
        *((SALES, name) for name in ("top", "twin", "other", "below", "old")),
        *(("nordlicht-jp", number) for number in ("70", "80")),
        ("nordlicht-de", "70"),
    }
    people = warehouse.rows(
        built, "select * from intermediate.int_company_people__unioned where is_buyer"
    )
    assert {(row["account"], row["source_id"]) for row in people} == {
        *(("nordlicht-jp", number) for number in ("70", "80")),
        ("nordlicht-de", "70"),
    }


def test_addresses_and_numbers_are_those_of_the_newest_version_and_never_of_staff(
    built: Path,
) -> None:
    emails = warehouse.rows(built, "select * from intermediate.int_identity_emails__unioned")
    assert [(row["source_id"], row["email_normalized"]) for row in emails] == [
        ("1", "gus.work@example.org")
    ]
    phones = warehouse.rows(built, "select * from intermediate.int_identity_phones__unioned")
    assert {(row["source_id"], row["phone"]) for row in phones} == {
        *(("ben", "0151 2"), ("cleo", "030 1"), ("cleo", "0151 3"), ("2", "0151 4"))
    }


def test_a_ticket_is_about_the_one_order_its_fields_name(built: Path) -> None:
    rows = warehouse.rows(built, "select * from intermediate.int_tickets__unioned")
    assert {row["ticket_id"]: row["order_account"] for row in rows} == {
        "10": "nordlicht-jp",  # both shops have a #1001, and another field names the shop
        "11": None,
        "12": "nordlicht-jp",
        "13": None,
    }


def test_only_tickets_that_somebody_must_still_answer_are_open(built: Path) -> None:
    assert warehouse.rows(built, "select * from intermediate.int_customers__asking") == [
        {"customer_key": "ck_gus", "open_tickets_count": 2}
    ]
