"""CRM hygiene on the tiny world: duplicates, who is missing where, fields that drifted, cohorts compared."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.dbt_project import warehouse


@pytest.fixture(scope="module")
def marts(built: Path) -> dict[str, list[dict[str, Any]]]:
    names = ("crm_duplicates", "crm_missing", "field_drift", "crm_cohorts")
    return {name: warehouse.rows(built, f"select * from marts.{name}") for name in names}


def test_the_contact_that_names_the_shops_customer_survives(marts: dict) -> None:
    found = {row["contact_id"]: row for row in marts["crm_duplicates"]}
    assert set(found) == {"b1", "b2"}
    assert {row["survivor_contact_id"] for row in found.values()} == {"b2"}
    assert [found[id_]["is_proposed_survivor"] for id_ in ("b1", "b2")] == [False, True]


def test_whom_only_one_side_knows_is_listed_with_its_owner(marts: dict) -> None:
    found = {(row["missing_in"], row["customer_key"]): row for row in marts["crm_missing"]}
    assert ("crm", "ck_lea") in found
    assert ("crm", "ck_ben") not in found
    assert ("crm", "ck_maya") not in found  # never bought
    quin = found["shop", "ck_quin"]
    assert (quin["source_id"], quin["reason"][:10], quin["owner"]) == (
        "q1",
        "a customer",
        "shop-team",
    )


def test_a_field_that_drifted_names_its_owning_record(marts: dict) -> None:
    found = {(row["field"], row["source_id"]): row for row in marts["field_drift"]}
    assert found["email", "b2"]["drift"] == "different"
    assert ("email", "b1") not in found  # upper case is no difference
    assert {found["phone", id_]["drift"] for id_ in ("b1", "b2")} == {"missing"}
    assert {row["owner_system"] for row in found.values() if row["field"] != "email_consent"} == {
        "shopify"
    }


def test_whoever_would_write_after_a_withdrawal_is_listed(marts: dict) -> None:
    found = {r["source_id"]: r for r in marts["field_drift"] if r["field"] == "email_consent"}
    assert found["w1"]["owner_system"] == "email_tool"
    assert set(found) == {"w1"}


def test_the_crms_customers_are_held_against_the_cohorts(marts: dict) -> None:
    found = {row["cohort_month"]: row for row in marts["crm_cohorts"] if row["system"] == "hubspot"}
    february, july = found[date(2026, 2, 1)], found[date(2026, 7, 1)]
    # Ben and Quin were entered in February; Ben's first order is of July, with those of others.
    assert (february["crm_customers_count"], february["warehouse_customers_count"]) == (2, 0)
    assert (february["missing_in_warehouse_count"], july["other_month_count"]) == (1, 1)
    assert july["warehouse_customers_count"] == july["missing_in_crm_count"] + 1
    assert july["difference_count"] == -july["warehouse_customers_count"]
