"""``marts.duplicate_captures``: is a second capture one, and has somebody to give it back?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.duplicate_captures"
OWNER = "payments-team"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "duplicates_stay_few",
            """
            with charged as (
                select account, count(*) as charges_count from marts.payment_ledger where kind = 'charge'
                group by account
            )
            select batch.account, count(*) as duplicates_count, max(charged.charges_count) as charges_count
            from batch
            left join charged on batch.account = charged.account
            group by batch.account
            having count(*) > greatest(10, 0.05 * max(charged.charges_count))
            """,
            severity="critical",
            expected="at most 5 % of an account's charges taken twice, or ten",
            notes="More than that is no double capture but an order's total that was read wrongly.",
            next_step="compare one order's total and captures in the shop's admin and at the provider.",
        ),
    ]
