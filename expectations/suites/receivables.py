"""``marts.receivables``: is what is owed the orders' own, and not forgotten?

How many rows there are says nothing: debts that are settled leave the list.
"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.receivables"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "receivables_equal_the_orders",
            """
            with owed as (
                select account, currency, sum(outstanding_amount) as amount from batch group by account, currency
            ),
            orders as (
                select account, currency, sum(outstanding_amount) as amount
                from marts.orders where outstanding_amount <> 0 group by account, currency
            )
            select account, currency, owed.amount as here, orders.amount as in_orders
            from owed
            full join orders using (account, currency)
            where owed.amount is distinct from orders.amount
            """,
            severity="critical",
            expected="what orders say is outstanding, difference 0",
            notes="A debt that is on no list is collected by nobody.",
            next_step="list the orders with something outstanding that are not here.",
        ),
        no_rows(
            "no_debt_is_forgotten",
            """
            select account, currency, count(*) as orders_count, sum(outstanding_amount) as outstanding, max(age_days) as oldest
            from batch where outstanding_amount > 0 and age_days > 180
            group by account, currency
            """,
            severity="warning",
            expected="nothing owed for more than 180 days",
            notes="After half a year a receivable is collected, written off or sold.",
            next_step="hand the orders to whoever collects, or write them off in the shop.",
        ),
    ]
