"""``marts.refused_identifiers``: which addresses and numbers link nobody, and does a steward know?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.refused_identifiers"
OWNER = "customer-analytics"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "no_identifier_is_over_its_limit",
            """
            select identifier, count(*) as identifiers_count, max(records_count) as most_records
            from batch where reason = 'over_limit'
            group by identifier
            """,
            severity="warning",
            expected="no address or number on more records of one system than identity_limits allows",
            notes=(
                "Beyond its limit an identifier links nobody new: a till's would fuse strangers. Checkouts"
                " that tell one name count once; the next other one is a customer of its own until"
                " somebody looks."
            ),
            next_step=(
                "explain one of its records (concord identity explain), then link it or raise the limit"
                " in dbt_project/seeds/identity_limits.csv."
            ),
            measure="select count(*) || ' identifiers link nobody' from marts.refused_identifiers",
        ),
    ]
