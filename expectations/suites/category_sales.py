"""``marts.category_sales``: do categories add up to net sales?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.category_sales"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "categories_equal_the_ledger",
            """
            with categories as (
                select account, date, currency, sum(net_sales_amount) as net from batch group by account, date, currency
            ),
            days as (
                select account, date, currency, net_sales_amount as net from marts.revenue_daily where net_sales_amount <> 0
            )
            select account, date, currency, categories.net as in_categories, days.net as in_days
            from categories
            full join days using (account, date, currency)
            where coalesce(categories.net, 0) <> coalesce(days.net, 0)
            """,
            severity="critical",
            expected="net sales of every shop and day, difference 0",
            notes="A bundle counted with its components, or a line of no category, shows here.",
            next_step="list the ledger rows of the day that have no category, or two.",
        ),
        no_rows(
            "most_goods_have_a_category",
            """
            with sums as (
                select
                    account, currency, sum(gross_sales_amount) as sold,
                    sum(gross_sales_amount) filter (where category = 'uncategorised') as lacking
                from batch group by account, currency
            )
            select account, currency, sold, lacking from sums where lacking > 0.1 * sold
            """,
            severity="warning",
            expected="a product type on nine tenths of what is sold",
            notes="Category figures that leave a tenth out lead to wrong purchases.",
            next_step="ask the shop's team to fill in product types.",
        ),
    ]
