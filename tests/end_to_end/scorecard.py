"""Published marts against the sandbox's answer key: one line per shop, entity and component, difference 0.

Run it by hand: ``python -m tests.end_to_end.scorecard PUBLISHED ANSWERS_FOLDER``.
"""

import sys
from pathlib import Path

import duckdb

from tests.end_to_end import (
    scorecard_identity,
    scorecard_margin,
    scorecard_payments,
    scorecard_reconciliation,
)

COMPONENTS = [
    "gross_sales_amount",
    "discounts_amount",
    "returns_amount",
    "net_sales_amount",
    "shipping_amount",
    "duties_amount",
    "fees_amount",
    "tax_amount",
    "total_sales_amount",
    "tips_amount",
    "gift_cards_sold_amount",
    "rounding_amount",
    "amount_due",
]


def connect(published: Path, answers: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(f"attach '{published.resolve()}' as p (read_only)")
    for file in sorted(answers.glob("*.parquet")):
        con.execute(f"create view {file.stem} as select * from '{file}'")
    return con


def order_differences(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    """Each order whose component differs, or that stands on one side only."""
    rows = []
    for component in [f"{c}{s}" for c in COMPONENTS for s in ("", "_group")]:
        rows += con.execute(
            f"""select '{component}', coalesce(a.account, m.account), coalesce(a.order_id, m.order_id),
                       a.{component}, m.{component}
                from orders as a
                full join p.marts.orders as m on a.account = m.account and a.order_id = m.order_id
                where a.{component} is distinct from m.{component}"""
        ).fetchall()
    return rows


def by_account(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    """(account, component, orders, expected, found, difference, difference in group money)."""
    rows = []
    for component in COMPONENTS:
        rows += con.execute(
            f"""with answer as (select account, count(*) as orders, sum({component}) as amount,
                           sum({component}_group) as amount_group from orders group by 1),
                     mart as (select account, count(*) as orders, sum({component}) as amount,
                           sum({component}_group) as amount_group from p.marts.orders group by 1)
                select coalesce(a.account, m.account), '{component}', m.orders, a.amount, m.amount,
                       m.amount - a.amount, m.amount_group - a.amount_group
                from answer as a full join mart as m on a.account = m.account order by 1"""
        ).fetchall()
    return rows


def ledger_differences(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    """Per account, kind and event date: the true ledger against the mart."""
    return con.execute(
        """with answer as (select account, kind, event_date, sum(amount) as amount,
                      sum(amount_group) as amount_group from ledger group by all),
                mart as (select account, kind, event_date, sum(amount) as amount,
                      sum(amount_group) as amount_group from p.marts.revenue_ledger group by all)
           select coalesce(a.account, m.account), coalesce(a.kind, m.kind),
                  coalesce(a.event_date, m.event_date), a.amount, m.amount, a.amount_group, m.amount_group
           from answer as a full join mart as m
             on a.account = m.account and a.kind = m.kind and a.event_date = m.event_date
           where coalesce(a.amount, 0) <> coalesce(m.amount, 0)
              or coalesce(a.amount_group, 0) <> coalesce(m.amount_group, 0)"""
    ).fetchall()


METRICS = {
    "gross_sales": "sum(amount_group) filter (kind = 'sale')",
    "discounts": "-sum(amount_group) filter (kind = 'discount')",
    "returns": "-sum(amount_group) filter (kind = 'return')",
    "net_sales": "sum(amount_group) filter (kind in ('sale', 'discount', 'return'))",
    "tax": "sum(amount_group) filter (kind = 'tax')",
}


def metric_differences(con: duckdb.DuckDBPyConnection) -> list[tuple]:
    """Per account and local month: the true ledger against what is published as a metric."""
    rows = []
    for metric, formula in METRICS.items():
        rows += con.execute(
            f"""with answer as (select account, cast(date_trunc('month', event_date) as date) as month,
                           coalesce({formula}, 0) as value from ledger group by all),
                     measured as (select dimension_value as account, period_start as month, value
                           from p.marts.metric_values
                           where metric = '{metric}' and grain = 'month' and dimension = 'account'
                               and basis = 'current')
                select '{metric}', coalesce(a.account, m.account), coalesce(a.month, m.month), a.value, m.value
                from answer as a full join measured as m on a.account = m.account and a.month = m.month
                where coalesce(a.value, 0) <> coalesce(m.value, 0)"""
        ).fetchall()
    return rows


if __name__ == "__main__":
    con = connect(Path(sys.argv[1]), Path(sys.argv[2]))
    for row in by_account(con):
        print(*row, sep="\t")
    for line in scorecard_payments.lines(con):
        print(line)
    for line in scorecard_reconciliation.lines(con):
        print(line)
    for line in scorecard_margin.lines(con):
        print(line)
    print(f"orders that differ: {len(order_differences(con))}")
    print(f"ledger days that differ: {len(ledger_differences(con))}")
    print(f"metrics that differ: {len(metric_differences(con))}")
    for line in scorecard_identity.lines(con):
        print(line)
