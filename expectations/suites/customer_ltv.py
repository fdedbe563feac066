"""``marts.customer_ltv``: does LTV add up to the ledger, and is no customer impossibly large?"""

from typing import Any

from expectations.definitions import AS_OF
from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.customer_ltv"
OWNER = "customer-analytics"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "ltv_equals_the_bridge",
            """
            with customers as (
                select
                    case when is_identified then 'identified_customers' else 'unidentified_customers' end
                        as line,
                    sum(ltv_amount_group) as ltv
                from batch
                group by is_identified
            ),
            bridge as (
                select line, sum(amount_group) as net_sales
                from marts.ltv_bridge
                where line in ('identified_customers', 'unidentified_customers')
                group by line
            )
            select
                coalesce(customers.line, bridge.line) as line, customers.ltv, bridge.net_sales,
                coalesce(customers.ltv, 0) - coalesce(bridge.net_sales, 0) as difference
            from customers
            full join bridge on customers.line = bridge.line
            where coalesce(customers.ltv, 0) <> coalesce(bridge.net_sales, 0)
            """,
            severity="critical",
            expected="sum over customers = their line of ltv_bridge, difference 0",
            notes="LTV is the ledger's net sales by customer; what isn't in it has a line of its own.",
            next_step="see which customers' ltv_amount_group differs from their ledger rows.",
            measure="""
                select 'LTV ' || coalesce(sum(ltv_amount_group), 0) || ' of ' || count(*)
                       || ' customers, difference 0' from marts.customer_ltv""",
        ),
        no_rows(
            "maturity_follows_as_of",
            f"""
            select customer_key, first_order_date, as_of_date
            from batch
            where abs(as_of_date - cast({AS_OF} as date)) > 1 or first_order_date > as_of_date
            """,
            severity="critical",
            expected="judged on the local date of as_of, within a day",
            notes="A 90-day value shown before 90 days are over makes the newest cohorts look weak.",
            next_step="compare run_context.as_of with the account's zone.",
        ),
        no_rows(
            "no_customer_is_the_business",
            """
            with total as (
                select sum(ltv_amount_group) as ltv, count(*) as customers_count
                from batch where ltv_amount_group > 0
            )
            select batch.customer_key, batch.ltv_amount_group as ltv, total.ltv as ltv_of_all
            from batch cross join total
            where total.customers_count >= 100 and batch.ltv_amount_group > 0.2 * total.ltv
            """,
            severity="warning",
            expected="no customer with more than a fifth of all LTV",
            notes="Strangers fused by a shared address or a test account look like one huge buyer.",
            next_step="read the key's records in id_map; a wrong merge goes to the data steward.",
        ),
    ]
