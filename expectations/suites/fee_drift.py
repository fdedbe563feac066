"""``marts.fee_drift``: do providers take what was agreed?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.fee_drift"
OWNER = "treasury-team"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "fees_follow_the_contract",
            """
            select account, payment_method, region, fee_id, count(*) as charges_count,
                sum(drift_amount) as drift_amount, currency, min(occurred_at) as since
            from batch
            group by account, payment_method, region, fee_id, currency
            having count(*) >= 3 and sum(drift_amount) > 0
            """,
            severity="warning",
            expected="no method and region of an account that costs more than its contract",
            notes="A provider's new price list comes without a letter; by the year's end it is a margin point.",
            next_step="ask the provider for the difference, or enter the new contract in treasury's file of fees.",
        ),
    ]
