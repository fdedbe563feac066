"""``marts.order_margins``: is every cost there, and is the margin believable?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.order_margins"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "margins_are_of_the_orders_net_sales",
            """
            select orders.account, orders.order_name, orders.net_sales_amount_group as in_orders,
                margins.net_sales_amount_group as here
            from marts.orders as orders
            left join batch as margins on orders.account = margins.account and orders.order_id = margins.order_id
            where not orders.is_test
                and orders.net_sales_amount_group is distinct from margins.net_sales_amount_group
            """,
            severity="critical",
            expected="every order's net sales, difference 0",
            notes="A margin on other sales than finance signs is a second truth.",
            next_step="compare the order in int_orders__summed and int_order_margins__summed.",
        ),
        no_rows(
            "goods_sold_have_a_cost",
            """
            with sold as (
                select account, sum(uncosted_lines_count) as lacking, count(*) as orders_count
                from batch group by account
            )
            select account, lacking as lines_without_cost, orders_count
            from sold where lacking > 0.02 * orders_count
            """,
            severity="warning",
            expected="a cost for all but 2 lines in 100 orders",
            notes="Orders with goods of unknown cost have no margin; a best-seller among them bends every average.",
            next_step="load item codes and costs for the SKUs of order_line_margins without unit_cost_amount.",
        ),
        no_rows(
            "fees_of_providers_are_believable",
            """
            with sums as (
                select account, sum(psp_fee_amount_group) as fees, sum(net_sales_amount_group) as net
                from batch group by account
            )
            select account, fees, net from sums where fees > 0.1 * net and net > 0
            """,
            severity="warning",
            expected="at most a tenth of net sales",
            notes="A fee booked twice, or in the wrong unit, is worth more than most price changes.",
            next_step="see fee_drift and the payment_ledger rows of the account's dearest orders.",
        ),
    ]
