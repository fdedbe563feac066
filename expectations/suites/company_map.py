"""``marts.company_map``: does every company's record belong to one company, one at a time?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows
from expectations.spans import one_at_a_time

RELATION = "marts.company_map"
OWNER = "customer-analytics"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "every_record_has_one_company",
            """
            with assigned as (
                select system, account, source_id, count(*) as companies_count
                from batch where is_current
                group by system, account, source_id
            )
            select nodes.system, nodes.account, nodes.source_id, assigned.companies_count
            from intermediate.int_company_nodes__unioned as nodes
            left join assigned
                on nodes.system = assigned.system
                and nodes.account = assigned.account
                and nodes.source_id = assigned.source_id
            where assigned.companies_count is distinct from 1
            """,
            severity="critical",
            expected="exactly one current company per record of every CRM and shop",
            notes="A record in two companies counts its orders twice, one in none loses them.",
            next_step="run again; if it stays, compare the nodes with raw_identity.company_assignments.",
            measure="""
                select count(*) || ' records, ' || count(distinct company_key) || ' companies'
                from marts.company_map where is_current""",
        ),
        one_at_a_time("companies", "raw_identity.company_assignments"),
    ]
