"""``marts.pipeline``: is what is not sold yet kept out of what is?

How many rows there are says nothing: drafts that are settled leave the list.
"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.pipeline"
OWNER = "sales-operations"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "no_draft_is_an_order_too",
            """
            select batch.account, batch.draft_order_name, drafts.order_id
            from batch
            inner join staging.stg_shopify__draft_orders as drafts
                on batch.account = drafts.account and batch.draft_order_id = drafts.draft_order_id
            where drafts.order_id is not null
            """,
            severity="critical",
            expected="no draft in the pipeline that became an order",
            notes="Sold and yet to be sold: the same money would stand in two reports.",
            next_step="see why the shop gives a draft an order without completing it.",
        ),
        no_rows(
            "drafts_are_not_forgotten",
            """
            select account, currency, count(*) as drafts_count, sum(total_amount) as total
            from batch where stage = 'awaiting_approval' and age_days > 90
            group by account, currency
            """,
            severity="warning",
            expected="nothing awaits approval for more than 90 days",
            notes="A company that waits a quarter for a yes buys elsewhere.",
            next_step="hand the drafts to sales: approve, send the invoice, or delete.",
        ),
    ]
