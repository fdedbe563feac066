"""Customers of the tiny world: keys, LTV and what stays outside of it, contacts, shipments."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.dbt_project import people, warehouse
from tests.dbt_project.tiny_world import World


def customer(built: Path, key: str) -> dict[str, Any]:
    (found,) = warehouse.rows(
        built, f"select * from marts.customer_360 where customer_key = '{key}'"
    )
    return found


def test_ltv_is_net_sales_in_group_money_and_needs_time_to_be_mature(built: Path) -> None:
    (anna,) = warehouse.rows(
        built, "select * from marts.customer_ltv where customer_key = 'ck_anna'"
    )
    assert anna["ltv_amount_group"] == anna["ltv_90_amount_group"] == Decimal(80)
    assert anna["is_mature_90"]
    assert not anna["is_mature_180"]
    assert anna["ltv_180_amount_group"] is None


def test_a_refund_beyond_the_horizon_is_outside_it(built: Path) -> None:
    (ben,) = warehouse.rows(built, "select * from marts.customer_ltv where customer_key = 'ck_ben'")
    assert (ben["ltv_90_amount_group"], ben["ltv_amount_group"]) == (120, 115)


def test_the_bridge_from_the_ledger_to_customers_has_no_gap(built: Path) -> None:
    lines = {
        row["line"]: row["amount_group"]
        for row in warehouse.rows(
            built,
            "select line, sum(amount_group) as amount_group from marts.ltv_bridge group by line",
        )
    }
    total = lines.pop("ledger_net_sales")
    assert sum(lines.values()) == total
    assert lines["no_first_order"] == Decimal(-15)
    assert lines["unconverted"] == 0
    for relation, only in (("customer_ltv", "true"), ("ltv_cohorts", "account = 'all'")):
        found = warehouse.rows(
            built,
            f"""select is_identified, sum(ltv_amount_group) as ltv from marts.{relation}
                where {only} group by is_identified""",
        )
        assert {row["is_identified"]: row["ltv"] for row in found}[True] == lines[
            "identified_customers"
        ], relation


def test_cohorts_of_all_accounts_are_the_accounts_together(built: Path) -> None:
    found = warehouse.rows(
        built,
        """select account = 'all' as is_all, sum(size) as size, sum(ltv_amount_group) as ltv
           from marts.ltv_cohorts group by account = 'all'""",
    )
    assert len(found) == 2
    assert found[0]["size"] == found[1]["size"]
    assert found[0]["ltv"] == found[1]["ltv"]


def test_a_customer_without_a_valid_order_has_no_first_order(built: Path) -> None:
    maya = customer(built, "ck_maya")
    assert maya["first_order_date"] is None
    assert maya["orders_count"] == 0
    assert maya["segment"] == "prospect"
    assert maya["net_sales_amount_group"] == Decimal(-15)


def test_a_customer_carries_what_it_owes(built: Path) -> None:
    assert customer(built, "ck_lea")["unpaid_amount_group"] == Decimal(32)
    assert customer(built, "ck_anna")["unpaid_amount_group"] == 0


def test_everybody_has_one_segment(built: Path) -> None:
    assert warehouse.rows(built, "select * from marts.customer_360 where segment is null") == []


def test_contacts_are_in_the_schema_of_their_own_and_nowhere_else(built: Path) -> None:
    (anna,) = warehouse.rows(
        built, "select * from marts_pii.customer_contacts where customer_key = 'ck_anna'"
    )
    assert (anna["email"], anna["first_name"]) == ("anna@example.org", "Anna")
    columns = warehouse.rows(
        built,
        """select table_name, column_name from information_schema.columns
           where table_schema = 'marts' and column_name not like '%!_hash' escape '!'
              and data_type = 'VARCHAR'  -- a flag and a weight say nothing of whom
              and (column_name like '%email%' and column_name not like 'is_%'
              or column_name like '%phone%' or column_name like '%last_name%')""",
    )
    assert columns == []


def test_a_guest_is_identified_by_an_address_of_a_person(built: Path) -> None:
    clara = customer(built, "ck_clara")
    assert clara["is_identified"]
    assert clara["first_order_date"] == date(2026, 7, 2)


def test_a_split_order_has_two_shipments_and_only_hashes(built: Path) -> None:
    found = warehouse.rows(built, "select * from marts.shipments order by shipped_at")
    assert [(r["status"], r["tracking_number_hash"]) for r in found] == [
        ("delivered", "hash of T1"),
        ("exception", None),
    ]
    assert found[0]["tracking_numbers_count"] == 2


@pytest.mark.soak
def test_all_is_built_before_anybody_has_a_key(tmp_path: Path) -> None:
    world = people.tiny()
    world.rows.pop(("raw_identity", "assignments"))
    path = world.write(tmp_path / "warehouse.duckdb")
    warehouse.build(path, "--exclude-resource-type", "unit_test")
    assert warehouse.rows(path, "select * from marts.customer_360") == []
    (line,) = warehouse.rows(
        path,
        """select sum(case when line = 'no_customer_key' then amount end) as keyless,
                  sum(case when line = 'ledger_net_sales' then amount end) as net
           from marts.ltv_bridge where currency = 'EUR'""",
    )
    assert line["keyless"] == line["net"] != 0


@pytest.mark.soak
def test_a_shop_whose_buyers_leave_no_address_builds(tmp_path: Path) -> None:
    """DuckDB 2.0 fails to plan some expressions over a column that holds nothing but nulls."""
    world = World()
    order = world.order("nordlicht-de", "#nobody", people.JULY_1)
    order.sale("10", line=order.line())
    path = world.write(tmp_path / "warehouse.duckdb")
    warehouse.build(path, "--exclude-resource-type", "unit_test")
    (node,) = warehouse.rows(path, "select * from intermediate.int_identity_nodes__unioned")
    assert node["source_id"] == f"order:{order.id}"
    assert node["email_normalized"] is None


def test_an_empty_group_builds_and_is_empty(tmp_path: Path) -> None:
    path = World().write(tmp_path / "warehouse.duckdb")
    untested = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "test")
    warehouse.build(path, *untested)
    assert warehouse.rows(path, "select * from marts.orders") == []


@pytest.mark.soak
def test_building_twice_changes_nothing(built: Path) -> None:
    def checksums() -> dict[str, Any]:
        tables = warehouse.rows(
            built,
            "select table_name as name from information_schema.tables where table_schema = 'marts'",
        )
        return {
            table["name"]: warehouse.rows(
                built,
                f"select bit_xor(hash(t)) as sum, count(*) as n from marts.{table['name']} as t",
            )
            for table in tables
        }

    before = checksums()
    warehouse.build(built, "--exclude-resource-type", "unit_test")
    assert checksums() == before
