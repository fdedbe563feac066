"""The tiny world's liabilities, debts, recognition and margins, each case by its name."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.dbt_project import warehouse


def of_order(built: Path, mart: str, name: str) -> list[dict[str, Any]]:
    return warehouse.rows(
        built,
        f"""select mart.* from marts.{mart} as mart
            join marts.orders as orders using (account, order_id) where orders.order_name = '{name}'""",
    )


def test_a_card_sold_is_owed_although_the_shops_cards_are_not_to_be_read(built: Path) -> None:
    (card,) = of_order(built, "stored_value_ledger", "#fay")
    assert (card["kind"], card["amount"], card["balance_amount"]) == ("issued", 50, 50)
    (month,) = warehouse.rows(built, "select * from marts.stored_value_periods")
    assert (month["opening_amount"], month["issued_amount"], month["closing_amount"]) == (0, 50, 50)


def test_who_owes_has_an_age_and_a_state(built: Path) -> None:
    (lea,) = of_order(built, "receivables", "#lea")
    assert (lea["outstanding_amount"], lea["payment_state"]) == (40, "pending")
    assert (lea["age_bracket"], lea["age_days"]) == (
        "over 90",
        (date(2026, 10, 15) - date(2026, 7, 1)).days,
    )


def test_the_shop_still_reports_what_ended_unpaid_and_we_say_so(built: Path) -> None:
    found = warehouse.rows(
        built,
        """select basis, reversals_amount, difference_amount from marts.shopify_sales_comparison
           where account = 'nordlicht-de' and date = '2026-07-04' order by basis""",
    )
    assert [tuple(row.values()) for row in found] == [
        ("created", Decimal(-90), Decimal(-90)),
        ("processed", Decimal(-90), Decimal(-90)),
    ]


def test_categories_and_recognised_sales_add_up_to_net_sales(built: Path) -> None:
    def sums(query: str) -> dict[str, Decimal]:
        return {row["account"]: row["net"] for row in warehouse.rows(built, query)}

    ledger = sums(
        """select account, sum(amount) as net from marts.revenue_ledger
           where kind in ('sale', 'discount', 'return') group by account"""
    )
    assert ledger == sums(
        "select account, sum(net_sales_amount) as net from marts.category_sales group by account"
    )
    assert ledger == sums(
        """select account, sum(recognised_amount) + max_by(closing_deferred_amount, period) as net
           from marts.recognised_sales_bridge group by account"""
    )


def test_tax_is_by_country_even_where_no_line_names_it(built: Path) -> None:
    taxes = of_order(built, "tax_lines", "#clara")
    assert [(row["tax_name"], row["tax_amount"]) for row in taxes] == [(None, 180)]
    dora = of_order(built, "tax_lines", "#dora")
    assert sum(row["tax_amount"] for row in dora) == 0


def test_goods_without_a_cost_leave_no_margin_and_are_counted(built: Path) -> None:
    (anna,) = of_order(built, "order_margins", "#anna")
    assert (anna["net_sales_amount_group"], anna["margin_amount_group"]) == (80, None)
    (customer,) = warehouse.rows(
        built, "select * from marts.customer_ltv where customer_key = 'ck_anna'"
    )
    assert (customer["ltv_margin_amount_group"], customer["unvalued_orders_count"]) == (None, 1)
