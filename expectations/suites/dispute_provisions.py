"""``marts.dispute_provisions``: is every open dispute provided for, at a rate somebody stands behind?

How many rows there are says nothing: disputes that are settled leave the list.
"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.dispute_provisions"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "every_open_dispute_has_its_provision",
            """
            select disputes.system, disputes.account, disputes.dispute_id, disputes.amount, disputes.currency
            from marts.disputes as disputes
            left join batch
                on disputes.system = batch.system and disputes.account = batch.account
                and disputes.dispute_id = batch.dispute_id
            where not disputes.is_inquiry and batch.dispute_id is null
                and disputes.status in ('needs_response', 'under_review')
            """,
            severity="critical",
            expected="a row for each dispute that is neither won nor lost",
            notes="A dispute without a provision is a loss that comes as a surprise.",
            next_step="see why int_dispute_provisions__estimated leaves the dispute out: a new status?",
        ),
        no_rows(
            "no_provision_exceeds_its_risk",
            """
            select system, account, dispute_id, at_risk_amount, loss_rate, provision_amount
            from batch
            where loss_rate is null or loss_rate not between 0 and 1 or provision_amount not between 0 and at_risk_amount
            """,
            severity="critical",
            expected="between nothing and what is at risk",
            notes="More cannot be lost than is still with us.",
            next_step="read the rate's reason in dispute_provision_rates.",
        ),
    ]
