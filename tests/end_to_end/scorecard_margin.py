"""Published stored value, pipeline, subscriptions and order costs against the sandbox's answer key; difference 0.

Part of :mod:`tests.end_to_end.scorecard`, whose connection it is given: the mart is ``p.marts.<name>``,
the answer ``<name>``.
"""

import duckdb

COMPARED = {
    "stored value": (
        "select account, kind as what, sum(amount) as amount from stored_value group by all",
        "select account, kind as what, sum(amount) as amount from p.marts.stored_value_ledger group by all",
    ),
    "pipeline": (
        """select account, currency as what, sum(total_amount) as amount from draft_orders
           where status <> 'completed' group by all""",
        "select account, currency as what, sum(total_amount) as amount from p.marts.pipeline group by all",
    ),
    "subscriptions unpaid": (
        "select account, contract_id as what, unpaid_amount as amount from subscriptions",
        "select account, contract_id as what, unpaid_amount as amount from p.marts.subscriptions",
    ),
    "cost of goods": (
        "select account, order_id as what, cogs_amount as amount from order_margins",
        "select account, order_id as what, cogs_amount as amount from p.marts.order_margins",
    ),
}


def differences(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple]]:
    """Per subject: (account, what, expected, found) of each row that differs or stands on one side only."""
    return {
        subject: con.execute(
            f"""select coalesce(a.account, m.account), coalesce(a.what, m.what), a.amount, m.amount
                from ({answer}) as a full join ({mart}) as m on a.account = m.account and a.what = m.what
                where a.amount is distinct from m.amount order by 1, 2"""
        ).fetchall()
        for subject, (answer, mart) in COMPARED.items()
    }


def lines(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The scorecard as it is printed."""
    return [f"{subject} that differ: {len(found)}" for subject, found in differences(con).items()]
