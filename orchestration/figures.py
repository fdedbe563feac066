"""The closing words of a run: headline figures from the file that BI reads, never from the warehouse."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from rich.table import Table

MONEY = ["gross_sales_amount", "discounts_amount", "returns_amount", "net_sales_amount"]
COLUMNS = [*MONEY, "total_sales_amount", "net_sales_amount_group", "total_sales_amount_group"]
SUMS = ", ".join(f"sum({column}) as {column}" for column in COLUMNS)


@dataclass(frozen=True)
class Figures:
    group_currency: str
    shops: list[tuple[Any, ...]]  # account, currency, orders, then COLUMNS
    group: tuple[Any, ...]  # orders, then the group column of MONEY and of total sales
    converted: tuple[int, int]  # ledger rows with a group amount, all ledger rows
    customers: tuple[int, int, int]  # identified, unidentified, prospects
    payouts: list[tuple[Any, ...]]  # currency, payouts, their sum, what no entry explains
    shipments: list[tuple[Any, ...]]  # status, shipments
    dead_letters: int


def read(published: Path, group_currency: str) -> Figures:
    with duckdb.connect(str(published), read_only=True) as con:

        def one(sql: str) -> tuple[Any, ...]:
            return con.execute(sql).fetchone() or ()

        group_sums = ", ".join(f"sum({c}_group)" for c in [*MONEY, "total_sales_amount"])
        return Figures(
            group_currency=group_currency,
            shops=con.execute(
                f"select account, currency, count(*), {SUMS} from marts.orders"
                " where not is_test group by account, currency order by account, currency"
            ).fetchall(),
            group=one(f"select count(*), {group_sums} from marts.orders where not is_test"),
            converted=one("select count(amount_group), count(*) from marts.revenue_ledger"),
            customers=one(
                "select count(*) filter (is_identified and not is_prospect),"
                " count(*) filter (not is_identified), count(*) filter (is_prospect)"
                " from marts.customer_360"
            ),
            payouts=con.execute(
                "select currency, count(*), sum(amount), coalesce(sum(residual_amount), 0)"
                " from marts.payouts where status = 'paid' group by currency order by currency"
            ).fetchall(),
            shipments=con.execute(
                "select status, count(*) from marts.shipments group by status order by count(*) desc, status"
            ).fetchall(),
            dead_letters=one("select count(*) from marts.dead_letters where status = 'open'")[0],
        )


def as_table(figures: Figures) -> Table:
    group = figures.group_currency
    table = Table(title=None, box=None, pad_edge=False, header_style="bold")
    for column in ["shop", "", "orders", "gross", "discounts", "returns", "net", "total"]:
        table.add_column(column, justify="left" if column in ("shop", "") else "right")
    table.add_column(f"net {group}", justify="right")
    table.add_column(f"total {group}", justify="right")
    for account, currency, orders, *amounts in figures.shops:
        table.add_row(account, currency, f"{orders:,}", *(_money(amount) for amount in amounts))
    orders, *amounts = figures.group
    net, total = amounts[3], amounts[4]
    table.add_section()
    table.add_row(
        "group", group, f"{orders:,}", *(_money(amount) for amount in [*amounts, net, total])
    )
    return table


def as_lines(figures: Figures) -> list[str]:
    identified, unidentified, prospects = figures.customers
    converted, rows = figures.converted
    return [
        f"customers: {identified:,} identified, {unidentified:,} checkouts without a usable identifier",
        f"prospects: {prospects:,} known to the CRM or a provider who never bought",
        f"converted to {figures.group_currency}: {converted:,} of {rows:,} ledger rows",
        *(
            f"payouts: {payouts:,} paid, {_money(amount)} {currency}; no entry explains {_money(residual)}"
            for currency, payouts, amount, residual in figures.payouts
        ),
        *(
            [
                "shipments: "
                + ", ".join(f"{count:,} {status}" for status, count in figures.shipments)
            ]
            if figures.shipments
            else []
        ),
        f"open dead letters: {figures.dead_letters:,}",
    ]


def _money(amount: Decimal | None) -> str:
    return "no rate" if amount is None else f"{amount:,.2f}"
