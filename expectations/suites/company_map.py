"""``marts.company_map``: does every company's record belong to one company, one at a time?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

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
        no_rows(
            "no_record_has_two_companies_at_a_time",
            """
            with spans as (
                select
                    system, account, source_id, valid_from, valid_to, is_current,
                    max(coalesce(valid_to, timestamp '9999-12-31')) over (
                        partition by system, account, source_id
                        order by recorded_at, valid_from
                        rows between unbounded preceding and 1 preceding
                    ) as taken_until
                from batch
            )
            select system, account, source_id, valid_from, valid_to, taken_until
            from spans
            where valid_from < taken_until or valid_to < valid_from or (valid_to is null) <> is_current
            """,
            severity="critical",
            expected="spans that follow each other, the last one open while the record is there",
            notes="An as-of query must give one company per record, whichever day it asks for.",
            next_step="list the record's rows in raw_identity.company_assignments by recorded_at.",
        ),
    ]
