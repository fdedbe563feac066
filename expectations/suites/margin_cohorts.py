"""``marts.margin_cohorts``: do cohorts add up to the orders?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.margin_cohorts"
OWNER = "customer-analytics"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "cohorts_equal_the_orders",
            """
            with cohorts as (
                select
                    sum(orders_count) as orders_count, sum(net_sales_amount_group) as net,
                    sum(margin_amount_group) as margin
                from batch
            ),
            orders as (
                select
                    count(*) as orders_count, coalesce(sum(net_sales_amount_group), 0) as net,
                    coalesce(sum(margin_amount_group), 0) as margin
                from marts.order_margins
            )
            select
                cohorts.orders_count, orders.orders_count as in_orders, cohorts.net, orders.net as net_in_orders,
                cohorts.margin, orders.margin as margin_in_orders
            from cohorts
            cross join orders
            where coalesce(cohorts.orders_count, 0) <> orders.orders_count
                or coalesce(cohorts.net, 0) <> orders.net or coalesce(cohorts.margin, 0) <> orders.margin
            """,
            severity="critical",
            expected="all orders and their margin, difference 0",
            notes="An order in two cohorts, or in none, bends the value of both.",
            next_step="list orders whose customer has no first order: they are on a line of their own.",
        ),
    ]
