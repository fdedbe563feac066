"""``marts.crm_cohorts``: do the CRM's customers and the warehouse's add up, month by month?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.crm_cohorts"
OWNER = "crm-team"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "every_buyer_of_a_cohort_is_accounted_for",
            """
            select system, account, cohort_month, warehouse_customers_count
            from batch
            where warehouse_customers_count
                    <> same_month_count + other_month_count + missing_in_crm_count
                or difference_count <> crm_customers_count - warehouse_customers_count
            """,
            severity="critical",
            expected="each of a cohort's customers in the CRM's same month, another month, or missing",
            notes="Marketing reads the difference; a customer outside the three is in nobody's number.",
            next_step="look at int_crm_cohorts__compared for customers that fell between.",
        ),
        no_rows(
            "no_cohort_from_the_future",
            """
            select batch.system, batch.account, batch.cohort_month
            from batch cross join raw_group.run_context as context
            where batch.cohort_month > context.as_of
            """,
            severity="warning",
            expected="no month after as_of",
            notes="A contact entered tomorrow has a wrong clock or a wrong date format.",
            next_step="look at created_at of the CRM's newest contacts.",
            measure="""
                select count(distinct cohort_month) || ' months, ' || sum(difference_count) || ' apart'
                from marts.crm_cohorts""",
        ),
    ]
