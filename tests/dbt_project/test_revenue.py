"""Money of the tiny world's orders, each case by its name."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.dbt_project import warehouse
from tests.dbt_project.tiny_world import at


def ledger(built: Path, name: str) -> list[tuple[Any, ...]]:
    """(kind, event_date, amount, amount_group) of an order, in order of time."""
    found = warehouse.rows(
        built,
        f"""select ledger.* from marts.revenue_ledger as ledger
            join marts.orders as orders using (account, order_id)
            where order_name = '{name}' order by event_at, kind, ledger.amount""",
    )
    return [(r["kind"], r["event_date"], r["amount"], r["amount_group"]) for r in found]


def order(built: Path, name: str) -> dict[str, Any]:
    (found,) = warehouse.rows(built, f"select * from marts.orders where order_name = '{name}'")
    return found


def day(number: int) -> date:
    return date(2026, 7, number)


def test_a_return_counts_once_at_the_sales_rate_and_the_gap_is_a_row_of_its_own(
    built: Path,
) -> None:
    assert ledger(built, "#anna") == [
        ("sale", day(1), Decimal(200), Decimal(160)),
        ("fx_difference", day(7), Decimal(0), Decimal("17.5")),
        ("return", day(7), Decimal(-100), Decimal(-80)),
    ]
    anna = order(built, "#anna")
    assert anna["net_sales_amount_group"] == Decimal(80)
    assert anna["fx_difference_amount_group"] == Decimal("17.5")


def test_an_authorization_and_a_capture_do_not_double_an_order(built: Path) -> None:
    assert order(built, "#anna")["gross_sales_amount"] == Decimal(200)


def test_edits_and_late_refunds_land_on_their_own_local_dates(built: Path) -> None:
    assert ledger(built, "#ben") == [
        ("sale", day(1), Decimal(100), Decimal(100)),
        ("sale", day(3), Decimal(20), Decimal(20)),
        ("return", date(2026, 10, 2), Decimal(-5), Decimal(-5)),
    ]


def test_yen_have_no_minor_unit_and_tokyo_has_its_own_date(built: Path) -> None:
    assert ledger(built, "#clara") == [
        ("sale", day(2), Decimal(1800), Decimal("11.25")),
        ("tax", day(2), Decimal(180), Decimal("1.125")),
    ]
    assert order(built, "#clara")["order_date_group"] == day(1)


def test_a_voided_order_nobody_reversed_nets_to_nothing_on_the_day_of_the_void(built: Path) -> None:
    dora = order(built, "#dora")
    assert dora["status"] == "voided"
    for component in ("net_sales", "shipping", "tax", "total_sales"):
        assert dora[f"{component}_amount"] == 0, component
    assert dora["gross_sales_amount"] == Decimal(100)
    reversals = [row for row in ledger(built, "#dora") if row[1] == day(4)]
    assert sorted(row[:3] for row in reversals) == [
        ("return", day(4), Decimal(-90)),
        ("shipping", day(4), Decimal(-5)),
        ("tax", day(4), Decimal("-17.1")),
        ("tax", day(4), Decimal("-0.95")),
    ]


def test_a_test_order_stands_with_amounts_of_zero_and_no_ledger(built: Path) -> None:
    emil = order(built, "#emil")
    assert emil["is_test"]
    assert not emil["is_valid_order"]
    assert emil["gross_sales_amount"] == 0
    assert emil["gross_sales_amount_group"] == 0
    assert ledger(built, "#emil") == []


def test_tax_inside_the_price_is_taken_out_and_tips_cards_and_coins_stand_outside(
    built: Path,
) -> None:
    fay = order(built, "#fay")
    assert {
        name: fay[name] for name in fay if name.endswith("_amount") or name == "amount_due"
    } == {
        "gross_sales_amount": Decimal(100),
        "discounts_amount": Decimal(10),
        "returns_amount": 0,
        "net_sales_amount": Decimal(90),
        "shipping_amount": Decimal(4),
        "duties_amount": 0,
        "fees_amount": 0,
        "tax_amount": Decimal("17.86"),
        "total_sales_amount": Decimal("111.86"),
        "tips_amount": Decimal(3),
        "gift_cards_sold_amount": Decimal(50),
        "rounding_amount": Decimal("0.02"),
        "adjustments_amount": 0,
        "amount_due": Decimal("164.88"),
        "outstanding_amount": 0,
    }


def test_an_order_without_a_rate_is_kept_with_no_group_amount_and_counted(built: Path) -> None:
    assert order(built, "#gus in time")["net_sales_amount_group"] == Decimal("6.25")
    late = order(built, "#gus too late")
    assert late["net_sales_amount"] == Decimal(10)
    assert late["net_sales_amount_group"] is None
    assert late["amount_due_group"] is None
    assert late["shipping_amount_group"] == 0
    (daily,) = warehouse.rows(
        built,
        "select * from marts.revenue_daily where account = 'nordlicht-world' and date = '2026-07-18'",
    )
    assert (daily["coverage"], daily["is_complete"]) == (0, False)
    assert (daily["net_sales_amount"], daily["net_sales_amount_group"]) == (10, 0)


def test_shipping_given_back_uses_the_rate_of_the_shipping_sold(built: Path) -> None:
    assert order(built, "#nina")["shipping_amount_group"] == 0


def test_an_unknown_sale_has_no_row_but_is_counted_on_its_order(built: Path) -> None:
    assert ledger(built, "#jon") == []
    assert order(built, "#jon")["unknown_sales_count"] == 1


def test_the_same_ids_in_two_shops_stay_two_orders(built: Path) -> None:
    assert ledger(built, "#kim") == [("sale", day(1), Decimal(11), Decimal(11))]
    assert ledger(built, "#kai") == [("sale", day(1), Decimal(1600), Decimal(10))]
    lines = warehouse.rows(built, "select * from marts.order_lines where line_id = '5'")
    assert {(r["account"], r["gross_sales_amount"]) for r in lines} == {
        ("nordlicht-de", 11),
        ("nordlicht-jp", 1600),
    }


def test_what_is_owed_is_converted_and_has_an_age(built: Path) -> None:
    lea = order(built, "#lea")
    assert (lea["outstanding_amount"], lea["outstanding_amount_group"]) == (40, 32)
    assert lea["receivable_age_days"] == (date(2026, 10, 15) - day(1)).days


def test_the_newest_version_of_an_order_wins_whatever_arrives_again(built: Path) -> None:
    assert ledger(built, "#hana") == [("sale", day(1), Decimal(30), Decimal(30))]


def test_recorded_at_is_when_a_sale_was_first_seen(built: Path) -> None:
    (row,) = warehouse.rows(
        built, "select * from marts.revenue_ledger where ledger_id = '7000:sale'"
    )
    assert row["recorded_at"] == at("2026-10-14 06:00")


def test_rows_of_a_load_that_was_killed_do_not_count(built: Path) -> None:
    assert ledger(built, "#ida") == [("sale", day(1), Decimal(60), Decimal(60))]


def test_a_package_that_was_loaded_twice_counts_once(built: Path) -> None:
    assert ledger(built, "#olga") == [("sale", day(1), Decimal(8), Decimal(8))]


def test_a_refused_value_counts_once_however_often_it_comes(built: Path) -> None:
    (letter,) = warehouse.rows(built, "select * from marts.dead_letters")
    assert letter["first_seen_at"] == at("2026-10-14 06:00")
    assert (letter["amount"], letter["legal_entity"]) == (1, "nordlicht-gmbh")


def test_ids_beyond_two_to_the_53_stay_exact(built: Path) -> None:
    found = warehouse.rows(built, "select order_id from marts.orders where order_name = '#anna'")
    assert found[0]["order_id"] == "9007199254740995"


@pytest.mark.parametrize(
    ("pair", "versions"),
    [
        (("EUR", "CHF"), [(1, "0.9"), (2, "0.8")]),
        (("CHF", "EUR"), [(1, "1.1111111111"), (2, "1.25")]),
    ],
)
def test_a_corrected_rate_is_a_new_version(
    built: Path, pair: tuple[str, str], versions: list[tuple[int, str]]
) -> None:
    found = warehouse.rows(
        built,
        f"""select version, rate from marts.fx_rates
            where kind = 'transaction' and from_currency = '{pair[0]}' and to_currency = '{pair[1]}'
            order by version""",
    )
    assert [(r["version"], r["rate"]) for r in found] == [(v, Decimal(r)) for v, r in versions]


def test_treasurys_own_rate_beats_the_ecbs_and_its_highest_version_counts(built: Path) -> None:
    found = warehouse.rows(
        built,
        """select rate, rate_id from intermediate.int_fx_rates__daily
           where from_currency = 'USD' and day = '2026-07-08'""",
    )
    assert found == [
        {"rate": Decimal("0.75"), "rate_id": "treasury:transaction:USD:EUR:2026-07-08:v2"}
    ]


def test_days_add_up_to_the_ledger_and_so_do_orders_and_lines(built: Path) -> None:
    sums = {
        relation: warehouse.rows(
            built,
            f"""select account, currency, sum(net_sales_amount) as net, sum(tax_amount) as tax
                from marts.{relation} group by account, currency order by account""",
        )
        for relation in ("orders", "revenue_daily")
    }
    assert sums["orders"] == sums["revenue_daily"]
    assert len(sums["orders"]) == 3
