"""``marts.subscriptions``: are cycles billed, and those who owe known?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.subscriptions"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "who_owes_is_on_no_reactivation_list",
            """
            select batch.account, batch.contract_id, batch.customer_key
            from batch
            inner join marts.customer_360 as customers on batch.customer_key = customers.customer_key
            where batch.payment_state <> 'paid' and (customers.is_reactivable or not customers.has_unpaid_payment)
            """,
            severity="critical",
            expected="has_unpaid_payment and not is_reactivable for every customer with a cycle that is owed",
            notes="Whom we ask for money must not get a voucher to come back.",
            next_step="see int_customers__unpaid: is the customer of the contract known to identity?",
        ),
        no_rows(
            "most_cycles_are_paid",
            """
            with sums as (
                select account, count(*) as contracts, count(*) filter (where payment_state <> 'paid') as unpaid
                from batch where status in ('active', 'failed') group by account
            )
            select account, contracts, unpaid from sums where contracts >= 20 and unpaid > 0.2 * contracts
            """,
            severity="warning",
            expected="four of five running subscriptions paid",
            notes="Cards that all fail at once are a broken connection, not broke customers.",
            next_step="look at the errors of the last billing attempts in the shop.",
        ),
    ]
