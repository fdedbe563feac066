"""``marts.stored_value_periods``: does each month open where the last one closed?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.stored_value_periods"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "months_follow_each_other",
            """
            with followed as (
                select
                    account, instrument, currency, period, opening_amount,
                    lag(closing_amount, 1, 0) over (
                        partition by account, instrument, currency order by period
                    ) as closed_before
                from batch
            )
            select account, instrument, currency, period, opening_amount, closed_before
            from followed where opening_amount <> closed_before
            """,
            severity="critical",
            expected="opening = closing of the month before, difference 0",
            notes="A liability that jumps between two months has movements nobody sees.",
            next_step="compare the months with the movements of stored_value_ledger.",
        ),
        no_rows(
            "months_equal_the_movements",
            """
            with months as (
                select account, instrument, currency, sum(closing_amount - opening_amount) as moved
                from batch group by account, instrument, currency
            ),
            movements as (
                select account, instrument, currency, sum(amount) as moved
                from marts.stored_value_ledger group by account, instrument, currency
            )
            select account, instrument, currency, months.moved as in_months, movements.moved as in_ledger
            from months
            full join movements using (account, instrument, currency)
            where months.moved is distinct from movements.moved
            """,
            severity="critical",
            expected="the sum of the movements, difference 0",
            notes="Two answers to what is owed: nobody then trusts either.",
            next_step="see which kind of movement the months leave out.",
        ),
    ]
