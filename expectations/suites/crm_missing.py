"""``marts.crm_missing``: is what one side lacks few enough to be put right by hand?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.crm_missing"
OWNER = "crm-team"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "most_buyers_are_in_a_crm",
            """
            select count(*) as missing_count
            from batch
            where missing_in = 'crm'
            having count(*) > 0.5 * (
                select count(*) from marts.id_map
                where is_current and system = 'shopify' and source_id not like 'order:%')
                and count(*) >= 10
            """,
            severity="warning",
            expected="at most half of the shops' customer records without a contact in a CRM",
            notes="Where most are missing the connector stopped, and service sees strangers.",
            next_step="look at known_since: since when are they missing? Ask the CRM's owner about the connector.",
            measure="""
                select count(*) filter (missing_in = 'crm') || ' missing in a CRM, '
                    || count(*) filter (missing_in = 'shop') || ' in the shops'
                from marts.crm_missing""",
        ),
    ]
