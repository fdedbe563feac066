"""``marts.recognised_sales``: does what was shipped, and only that, count?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.recognised_sales"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "recognised_and_deferred_are_net_sales",
            """
            with steps as (
                select
                    account, order_id, sum(amount) as recognised,
                    max_by(deferred_amount, event_at) as deferred
                from batch group by account, order_id
            )
            select orders.account, orders.order_name, orders.net_sales_amount, steps.recognised, steps.deferred
            from marts.orders as orders
            left join steps on orders.account = steps.account and orders.order_id = steps.order_id
            where orders.net_sales_amount <> coalesce(steps.recognised + steps.deferred, 0)
            """,
            severity="critical",
            expected="recognised + deferred = net sales of every order, difference 0",
            notes="The bridge from management sales to recognised sales must not lose a cent on the way.",
            next_step="list the order's steps beside its ledger rows.",
        ),
        no_rows(
            "what_was_shipped_in_full_is_recognised",
            """
            with steps as (
                select account, order_id, max_by(deferred_amount, event_at) as deferred
                from batch group by account, order_id
            )
            select orders.account, count(*) as orders_count, sum(abs(steps.deferred)) as deferred
            from marts.orders as orders
            inner join steps on orders.account = steps.account and orders.order_id = steps.order_id
            where orders.fulfillment_status = 'fulfilled' and steps.deferred <> 0
            group by orders.account
            having count(*) > 0.05 * (select count(*) from marts.orders as placed where placed.account = orders.account)
            """,
            severity="warning",
            expected="nothing deferred of orders that the shop calls fulfilled, but for 1 in 20",
            notes="Units that a shipment does not count stay deferred for ever.",
            next_step="compare the shipments' units with the lines' units of one of the orders.",
        ),
    ]
