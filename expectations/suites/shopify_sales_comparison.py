"""``marts.shopify_sales_comparison``: do the causes hold, and is the difference small?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.shopify_sales_comparison"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "dating_only_moves_days",
            """
            select account, basis, currency, sum(dating_amount) as moved
            from batch group by account, basis, currency having sum(dating_amount) <> 0
            """,
            severity="critical",
            expected="0 over all days: another date moves money, it makes none",
            notes="A comparison whose causes leak proves nothing.",
            next_step="list the orders created on another day than they were placed.",
        ),
        no_rows(
            "the_reports_net_sales_are_near_ours",
            """
            with sums as (
                select
                    account, currency, sum(net_sales_amount) as ours,
                    sum(shopify_net_sales_amount) as theirs
                from batch where basis = 'processed' group by account, currency
            )
            select account, currency, ours, theirs, ours - theirs as difference
            from sums where abs(ours - theirs) > 0.02 * abs(theirs)
            """,
            severity="warning",
            expected="within 2 % over the whole history",
            notes="Staff see the shop's own report; a large gap needs its sentence before they ask.",
            next_step="read the causes: orders that ended unpaid without a reversal, or adjustments.",
            measure="""
                select string_agg(account || ' ' || currency || ' ' || difference, ', ' order by account)
                       || ' beside the shop, all of it named'
                from (select account, currency, cast(sum(difference_amount) as varchar) as difference
                      from marts.shopify_sales_comparison where basis = 'processed' group by account, currency)""",
        ),
    ]
