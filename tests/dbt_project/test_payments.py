"""Payments of the tiny world: the ledger, payouts and disputes of what ``payers`` did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.dbt_project import payers, warehouse
from tests.dbt_project.tiny_world import World

MARTS = ("+payment_ledger", "+payouts", "+disputes")
CAUTIOUS = ("--exclude-resource-type", "unit_test", "--indirect-selection", "cautious")


@dataclass
class Paid:
    path: Path
    ids: Mapping[str, str]

    def rows(self, query: str) -> list[dict[str, Any]]:
        return warehouse.rows(self.path, query)

    def ledger(self, case: str) -> list[dict[str, Any]]:
        return self.rows(
            f"select * from marts.payment_ledger where charge_id = '{self.ids[case]}'"
            " order by occurred_at, gross_amount desc"
        )

    def payout(self, case: str) -> dict[str, Any]:
        (found,) = self.rows(f"select * from marts.payouts where payout_id = '{self.ids[case]}'")
        return found

    def dispute(self, case: str) -> dict[str, Any]:
        (found,) = self.rows(f"select * from marts.disputes where dispute_id = '{self.ids[case]}'")
        return found

    def charge(self, case: str) -> dict[str, Any]:
        (found,) = self.rows(
            "select * from intermediate.int_psp_charges__unioned"
            f" where charge_id = '{self.ids[case]}'"
        )
        return found


@pytest.fixture(scope="module")
def paid(tmp_path_factory: pytest.TempPathFactory) -> Paid:
    world = World()
    ids = payers.payers(world)
    path = world.write(tmp_path_factory.mktemp("paid") / "warehouse.duckdb")
    warehouse.build(path, "--select", *MARTS, *CAUTIOUS)
    return Paid(path, ids)


def amounts(rows: list[dict[str, Any]], *names: str) -> list[tuple[Decimal, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


def test_partial_and_repeated_refunds_are_rows_of_their_own_order(paid: Paid) -> None:
    rows = paid.ledger("pia")
    assert [row["kind"] for row in rows] == ["charge", "refund", "refund"]
    assert {(row["order_account"], row["order_id"]) for row in rows} == {("nordlicht-de", "501")}
    assert sum(row["net_amount"] for row in rows) == Decimal("47.92")
    (charged, *_) = rows
    fees = (charged["gross_amount"], charged["fee_amount"], charged["tax_on_fee_amount"])
    assert fees == (100, Decimal("1.75"), Decimal("0.33"))


def test_ids_that_look_like_numbers_stay_what_they_are(paid: Paid) -> None:
    found = [*paid.ledger("xeni"), *paid.ledger("xeni's older")]
    assert [(row["charge_id"], row["order_id"], row["gross_amount"]) for row in found] == [
        ("1E5", "9007199254740993", 9),
        ("100000", "0516", 8),
    ]


def test_two_shops_orders_of_one_number_stay_apart(paid: Paid) -> None:
    (namesake,) = paid.ledger("pia's namesake")
    assert (namesake["order_account"], namesake["order_id"]) == ("nordlicht-world", "501")


def test_a_refund_that_bounces_is_ours_again(paid: Paid) -> None:
    rows = paid.ledger("quin")
    assert [(row["kind"], row["gross_amount"]) for row in rows] == [
        ("charge", 40),
        ("refund", -40),
        ("refund_failure", 40),
    ]
    assert rows[1]["refund_id"] == rows[2]["refund_id"]


def test_dinars_have_three_decimals_and_settle_in_euros(paid: Paid) -> None:
    rows = paid.ledger("rosa")
    assert amounts(rows, "gross_amount_presentment", "gross_amount") == [
        (Decimal("5.12"), 15),
        (Decimal("-2.56"), Decimal("-7.6")),
    ]
    assert {(row["currency_presentment"], row["currency"]) for row in rows} == {("KWD", "EUR")}


def test_yen_have_none_and_the_day_is_tokyos(paid: Paid) -> None:
    (row,) = paid.ledger("sato")
    assert (row["gross_amount"], row["fee_amount"], row["currency"]) == (1980, 71, "JPY")
    assert row["occurred_date"] == date(2026, 7, 2)
    assert row["legal_entity"] == "nordlicht-kk"


def test_an_authorisation_moves_no_money_until_it_is_captured(paid: Paid) -> None:
    for case, status in (("tess", "authorised"), ("uma", "cancelled"), ("ugo", "failed")):
        assert paid.ledger(case) == [], case
        assert paid.charge(case)["status"] == status


def test_a_charge_that_names_no_shop_of_ours_is_kept_without_an_order(paid: Paid) -> None:
    for case, gross in (("vic", 11), ("vic's foreign shop", 12)):
        (row,) = paid.ledger(case)
        assert (row["order_account"], row["order_id"], row["gross_amount"]) == (None, None, gross)


def test_an_order_that_only_the_intent_names_is_found(paid: Paid) -> None:
    (row,) = paid.ledger("walt")
    assert (row["order_account"], row["order_id"]) == ("nordlicht-de", "508")


def test_test_mode_is_no_money(paid: Paid) -> None:
    assert paid.ledger("wes") == []
    for mart in ("marts.disputes", "intermediate.int_psp_charges__unioned"):
        assert paid.rows(f"select * from {mart} where charge_id = '{paid.ids['wes']}'") == []


def test_two_disputes_on_one_charge_are_two_with_their_own_money(paid: Paid) -> None:
    first, second = paid.dispute("xia's first"), paid.dispute("xia's second")
    money = ("amount", "withdrawn_amount", "reinstated_amount", "fee_amount", "lost_amount")
    assert amounts([first, second], *money) == [(60, 54, 54, 20, 0), (40, 36, 0, 20, 40)]
    assert {d["customer_key"] for d in (first, second)} == {"ck_xia"}
    assert {(d["currency"], d["settlement_currency"]) for d in (first, second)} == {("USD", "EUR")}
    kinds = [row["kind"] for row in paid.ledger("xia") if row["dispute_id"]]
    assert sorted(kinds) == ["dispute", "dispute", "dispute_reversal"]
    presented = [row["gross_amount_presentment"] for row in paid.ledger("xia")]
    assert sum(presented) == 60


def test_an_inquiry_takes_nothing(paid: Paid) -> None:
    found = paid.dispute("yan's")
    assert found["is_inquiry"]
    assert (found["withdrawn_amount"], found["lost_amount"]) == (0, 0)
    assert found["settlement_currency"] == "EUR"


def test_what_was_refunded_before_is_lost_once(paid: Paid) -> None:
    found = paid.dispute("zoe's")
    assert (found["status"], found["amount"], found["lost_amount"]) == ("lost", 50, 20)
    assert found["withdrawn_amount"] == 50


def test_an_older_state_that_arrives_later_changes_nothing(paid: Paid) -> None:
    (ada,) = paid.ledger("ada")
    assert (ada["gross_amount"], ada["order_id"]) == (33, "512")
    assert paid.charge("ada")["is_disputed"]


@pytest.mark.parametrize(
    ("case", "amount", "listed", "residual", "count"),
    [
        ("ties", "98", "98", "0", 1),
        ("hides", "48.51", "50", "-1.49", 1),
        ("negative", "-3", "-3", "0", 1),
        ("fails", "20", "20", "0", 1),
        ("again", "21", "21", "0", 2),
    ],
)
def test_a_payout_beside_what_it_lists(
    paid: Paid, case: str, amount: str, listed: str, residual: str, count: int
) -> None:
    found = paid.payout(case)
    said = (found["amount"], found["entries_net_amount"], found["residual_amount"])
    assert said == (Decimal(amount), Decimal(listed), Decimal(residual))
    assert (found["entries_count"], found["has_entry_list"]) == (count, True)


def test_a_payout_by_hand_lists_nothing_and_has_no_residual(paid: Paid) -> None:
    found = paid.payout("by hand")
    assert not found["has_entry_list"]
    assert found["entries_net_amount"] is found["residual_amount"] is None


def test_what_no_list_shows_is_a_row_of_the_ledger(paid: Paid) -> None:
    (residual,) = paid.rows("select * from marts.payment_ledger where is_residual")
    assert residual["entry_id"] == f"residual:{paid.ids['hides']}"
    assert (residual["kind"], residual["net_amount"]) == ("other", Decimal("-1.49"))


def test_a_failed_payout_leaves_and_comes_back_in_the_next(paid: Paid) -> None:
    rows = paid.rows(
        f"""select kind, payout_id, net_amount from marts.payment_ledger
            where kind = 'payout_failure' or kind = 'payout' and payout_id = '{paid.ids["fails"]}'
            order by kind"""
    )
    assert [(r["kind"], r["payout_id"], r["net_amount"]) for r in rows] == [
        ("payout", paid.ids["fails"], -20),
        ("payout_failure", paid.ids["again"], 20),
    ]


def test_staging_divides_by_what_landing_calls_the_exponent(tmp_path: Path) -> None:
    world = World()
    exponents = payers.every_currency(world)
    path = world.write(tmp_path / "warehouse.duckdb")
    warehouse.build(path, "--select", "currencies", "stg_stripe__charges", *CAUTIOUS)
    found = warehouse.rows(path, "select currency, amount from staging.stg_stripe__charges")
    assert {row["currency"]: row["amount"] for row in found} == {
        code: Decimal(12340).scaleb(-exponent) for code, exponent in exponents.items()
    }
