"""``marts.customer_redirects``: does every dead key lead to a living customer?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.customer_redirects"
OWNER = "customer-analytics"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "redirects_lead_to_living_keys",
            """
            with known as (select distinct customer_key from marts.id_map)
            select batch.from_customer_key, batch.to_customer_key
            from batch
            left join known on batch.to_customer_key = known.customer_key
            left join batch as further on batch.to_customer_key = further.from_customer_key
            where known.customer_key is null or further.from_customer_key is not null
            """,
            severity="critical",
            expected="a customer of id_map behind every key that was merged away, in one step",
            notes="Whoever kept the old key, a CRM or an audience, must find the customer again.",
            next_step="find the key in raw_identity.customer_keys and see where its records went.",
            measure="select count(*) || ' redirects' from marts.customer_redirects",
        ),
    ]
