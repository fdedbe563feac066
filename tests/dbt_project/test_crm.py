"""Contacts of the CRM as staging and the union leave them: versions, merges, links to shops."""

from pathlib import Path
from typing import Any

import pytest

from tests.dbt_project import warehouse
from tests.dbt_project.tiny_crm import Crm
from tests.dbt_project.tiny_world import World, at

MARCH = at("2026-03-01 12:00")
APRIL = at("2026-04-01 12:00")
MODELS = ("+int_crm_contacts__unioned", "+int_identity_emails__unioned")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = World()
    crm = Crm(world)
    crm.contact(
        "1",
        "Anna@Example.org",
        shop_customer=("nordlicht-de", "901"),
        companies=(("300", "Primary"),),
    )
    crm.contact(
        "1",
        "Anna@Example.org",
        shop_customer=("nordlicht-de", "901"),
        companies=(("400", None), ("500", "Advisor;Primary")),
        updated=MARCH,
        properties__vip_tier="VIP",
        properties__country="de",
        properties__hs_language="de-at",
    )
    crm.contact(
        "2",
        "ben@example.org",
        properties__country="Germany",
        shop_customer=("x", "9"),
        companies=(("500", None), ("400", None)),
    )
    # 11 went into 12 before anything was loaded, 12 and 13 went into 14, which names the whole chain.
    crm.contact("12", "dora@example.org", merged="11", updated=MARCH)
    crm.contact(
        "14",
        "dora@example.org",
        merged="11;12; 13",
        more_emails="Dora.Work@Example.org; dora.work@example.org;none",
        updated=APRIL,
    )
    crm.contact("15", "emil@example.org", archived=True, archived_at=APRIL)
    path = world.write(tmp_path_factory.mktemp("crm") / "warehouse.duckdb")
    warehouse.build(path, "--select", *MODELS, "--exclude-resource-type", "unit_test")
    return path


def contact(built: Path, contact_id: str) -> dict[str, Any]:
    (found,) = warehouse.rows(
        built,
        f"select * from intermediate.int_crm_contacts__unioned where contact_id = '{contact_id}'",
    )
    return found


def test_the_newest_version_of_a_contact_counts(built: Path) -> None:
    anna = contact(built, "1")
    assert (anna["vip_tier"], anna["country"], anna["language"]) == ("vip", "DE", "de")
    assert (anna["email_normalized"], anna["updated_at"]) == ("anna@example.org", MARCH)


def test_a_country_that_is_no_code_is_not_guessed(built: Path) -> None:
    assert contact(built, "2")["country"] is None


def test_the_connector_names_the_shop_by_its_domain(built: Path) -> None:
    anna, ben = contact(built, "1"), contact(built, "2")
    assert (anna["shop_account"], anna["shop_customer_id"]) == ("nordlicht-de", "901")
    assert (ben["shop_account"], ben["shop_customer_id"]) == (None, None)


def test_the_primary_company_comes_before_others(built: Path) -> None:
    assert contact(built, "1")["company_id"] == "500"
    assert contact(built, "2")["company_id"] == "400"


def test_a_company_that_was_taken_off_a_contact_is_gone(built: Path) -> None:
    found = warehouse.rows(
        built, "select * from staging.stg_hubspot__contact_companies where contact_id = '1'"
    )
    assert {row["company_id"] for row in found} == {"400", "500"}


@pytest.mark.parametrize("loser", ["11", "12", "13"])
def test_a_chain_of_merges_ends_at_the_contact_that_lives(built: Path, loser: str) -> None:
    gone = contact(built, loser)
    assert (gone["merged_into_contact_id"], gone["merged_at"]) == ("14", APRIL)
    assert contact(built, "14")["merged_into_contact_id"] is None


def test_a_merged_contact_keeps_what_was_loaded_of_it(built: Path) -> None:
    assert contact(built, "12")["email"] == "dora@example.org"
    assert contact(built, "13")["email"] is None
    assert contact(built, "13")["is_archived"] is None


def test_an_archived_contact_stays(built: Path) -> None:
    assert contact(built, "15")["is_archived"]


def test_further_addresses_are_rows_and_what_is_no_address_is_none(built: Path) -> None:
    found = warehouse.rows(built, "select * from intermediate.int_identity_emails__unioned")
    assert [(row["source_id"], row["email_normalized"]) for row in found] == [
        ("14", "dora.work@example.org")
    ]
