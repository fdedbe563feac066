"""``marts.recognised_sales_bridge``: does it end at what orders still defer?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.recognised_sales_bridge"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "the_bridge_ends_at_what_orders_defer",
            """
            with ends as (
                select account, currency, max_by(closing_deferred_amount, period) as deferred
                from batch group by account, currency
            ),
            steps as (
                select account, order_id, currency, max_by(deferred_amount, event_at) as deferred
                from marts.recognised_sales group by account, order_id, currency
            ),
            orders as (
                select account, currency, sum(deferred) as deferred from steps group by account, currency
            )
            select account, currency, ends.deferred as in_bridge, orders.deferred as in_orders
            from ends
            full join orders using (account, currency)
            where ends.deferred is distinct from orders.deferred
            """,
            severity="critical",
            expected="the deferred net sales of all orders, difference 0",
            notes="The balance that finance books must be a list of orders.",
            next_step="find the month from which the two differ.",
        ),
    ]
