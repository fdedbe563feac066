"""``marts.customer_splits``: when customers come apart, does each part have a key that lives?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.customer_splits"
OWNER = "customer-analytics"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "few_customers_come_apart",
            """
            with newest as (
                select count(*) as splits_count from batch
                where split_at = (select max(split_at) from batch)
            ),
            customers as (
                select count(distinct customer_key) as customers_count
                from marts.id_map where is_current
            )
            select splits_count, customers_count from newest cross join customers
            where splits_count > 20 and splits_count > 0.05 * customers_count
            """,
            severity="warning",
            expected="at most a twentieth of the customers split in one run",
            notes="Evidence that vanishes at once, a field no longer loaded, splits customers by the thousand.",
            next_step="see which rule's rows of identity_evidence ended that day; was its load complete?",
        ),
    ]
