"""``marts.ltv_bridge``: from the ledger's net sales to LTV without a gap."""

from typing import Any

from expectations.definitions import NET_SALES, kinds
from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.ltv_bridge"
OWNER = "customer-analytics"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "bridge_starts_at_the_ledger",
            f"""
            with ledger as (
                select
                    currency, count(*) as ledger_rows, sum(amount) as amount,
                    coalesce(sum(amount_group), 0) as amount_group
                from marts.revenue_ledger where {kinds(NET_SALES)}
                group by currency
            ),
            start as (select * from batch where line = 'ledger_net_sales')
            select
                coalesce(start.currency, ledger.currency) as currency,
                start.amount as here, ledger.amount as in_ledger,
                start.amount_group as here_group, ledger.amount_group as in_ledger_group
            from start
            full join ledger on start.currency = ledger.currency
            where start.amount is distinct from ledger.amount
                or start.amount_group is distinct from ledger.amount_group
                or start.ledger_rows_count is distinct from ledger.ledger_rows
            """,
            severity="critical",
            expected="the ledger's net sales in each currency, difference 0",
            notes="The bridge proves that LTV and revenue are one number; it must start at revenue.",
            next_step="see int_net_sales__attributed: each net sales row of the ledger once.",
        ),
        no_rows(
            "bridge_adds_up",
            """
            select
                currency,
                sum(case when line = 'ledger_net_sales' then amount else -amount end) as difference,
                sum(case when line = 'ledger_net_sales' then amount_group else -amount_group end)
                    as difference_group
            from batch
            group by currency
            having difference <> 0 or difference_group <> 0
            """,
            severity="critical",
            expected="the lines under ledger_net_sales add up to it, difference 0",
            notes="Net sales that no line explains is money that LTV loses without a name.",
            next_step="find ledger rows that fall on no line, or on two.",
            measure="""
                select string_agg(line || ' ' || amount_group, ', ' order by line)
                from (select line, sum(amount_group) as amount_group from marts.ltv_bridge group by line)""",
        ),
        no_rows(
            "net_sales_have_a_customer",
            """
            select currency, ledger_rows_count as ledger_rows, amount
            from batch where line = 'no_customer_key' and ledger_rows_count > 0
            """,
            severity="critical",
            expected="no net sales without a customer key",
            notes="Every checkout is a customer, if only its own; without one identity has not run.",
            next_step="see every_order_has_a_customer on marts.orders.",
        ),
        no_rows(
            "little_net_sales_without_a_first_order",
            """
            with lines as (
                select
                    sum(ledger_rows_count) filter (where line = 'no_first_order') as rows_without,
                    sum(ledger_rows_count) filter (where line = 'ledger_net_sales') as rows_in_all,
                    sum(amount_group) filter (where line = 'no_first_order') as amount_group
                from batch
            )
            select rows_without, rows_in_all, amount_group from lines
            where rows_without > 0.2 * rows_in_all and rows_in_all >= 100
            """,
            severity="warning",
            expected="at most a fifth of the ledger's rows",
            notes="Rows of customers without a valid first order are in no cohort.",
            next_step="see why the orders are not valid: cancelled, voided, or without goods?",
        ),
    ]
