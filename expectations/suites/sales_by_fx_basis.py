"""``marts.sales_by_fx_basis``: the same sales on three bases."""

from typing import Any

from expectations.definitions import NET_SALES, kinds
from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.sales_by_fx_basis"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "net_sales_equal_the_ledger",
            f"""
            with ledger as (
                select account, currency, cast(date_trunc('month', event_date) as date) as period,
                    sum(amount) as amount, sum(amount_group) as amount_group
                from marts.revenue_ledger where {kinds(NET_SALES)} group by all
            )
            select batch.account, batch.period, batch.net_sales_amount, ledger.amount as in_ledger
            from batch
            left join ledger
                on batch.account = ledger.account and batch.currency = ledger.currency
                and batch.period = ledger.period
            where coalesce(ledger.amount <> batch.net_sales_amount, true)
                or ledger.amount_group is distinct from batch.net_sales_amount_group
            """,
            severity="critical",
            expected="the ledger's net sales of each account, month and currency, difference 0",
            notes="Three bases of different sales compare nothing.",
            next_step="see int_sales__revalued.",
        ),
        no_rows(
            "bases_are_near_each_other",
            """
            select account, period, currency, net_sales_amount_group, net_sales_month_average_amount_group,
                net_sales_closing_amount_group
            from batch
            where abs(net_sales_month_average_amount_group - net_sales_amount_group)
                    > 0.2 * abs(net_sales_amount_group)
                or abs(net_sales_closing_amount_group - net_sales_amount_group)
                    > 0.2 * abs(net_sales_amount_group)
            """,
            severity="warning",
            expected="the bases of a month within 20 % of each other",
            notes="Rates move a few per cent in a month; more is a rate quoted the wrong way round.",
            next_step="look the month's rates up in fx_rates by their ids.",
            owner="treasury-team",
        ),
    ]
