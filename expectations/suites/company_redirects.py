"""``marts.company_redirects``: does every dead key lead to a company, in one step?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.company_redirects"
OWNER = "customer-analytics"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "redirects_lead_to_a_company",
            """
            with known as (select distinct company_key from marts.company_map)
            select batch.from_company_key, batch.to_company_key
            from batch
            left join known on batch.to_company_key = known.company_key
            left join batch as further on batch.to_company_key = further.from_company_key
            where known.company_key is null or further.from_company_key is not null
            """,
            severity="critical",
            expected="a company of company_map behind every key that was merged away, in one step",
            notes="Whoever kept the old key, a report or a target list, must find the company again.",
            next_step="find the key in raw_identity.company_keys and see where its records went.",
            measure="select count(*) || ' redirects' from marts.company_redirects",
        ),
    ]
