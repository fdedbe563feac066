"""``marts.ltv_cohorts``: are cohorts the customers, grouped, and nothing else?"""

from typing import Any

from expectations.definitions import AS_OF
from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.ltv_cohorts"
OWNER = "customer-analytics"

_HORIZONS = (30, 90, 180, 365)
_VALUES = (*(f"ltv_{days}_amount_group" for days in _HORIZONS), "ltv_amount_group")


def suite() -> list[Any]:
    sums = ", ".join(f"coalesce(sum({name}), 0) as {name}" for name in _VALUES)
    matures = ", ".join(
        f"count(*) filter (where is_mature_{days}) as mature_count_{days}" for days in _HORIZONS
    )
    columns = ["size", *_VALUES, *(f"mature_count_{days}" for days in _HORIZONS)]
    unequal = " or ".join(f"coalesce(batch.{c}, 0) <> coalesce(customers.{c}, 0)" for c in columns)
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "cohorts_equal_the_customers",
            f"""
            with members as (
                select *, first_account as cohort_account from marts.customer_ltv
                union all
                select *, 'all' as cohort_account from marts.customer_ltv
            ),
            customers as (
                select
                    cohort_month, cohort_account as account, is_identified, count(*) as size,
                    {sums}, {matures}
                from members
                group by cohort_month, cohort_account, is_identified
            )
            select
                coalesce(batch.cohort_month, customers.cohort_month) as cohort_month,
                coalesce(batch.account, customers.account) as account,
                batch.size as size_here, customers.size as customers_count,
                batch.ltv_amount_group as ltv_here, customers.ltv_amount_group as ltv_of_customers
            from batch
            full join customers
                on batch.cohort_month = customers.cohort_month
                and batch.account = customers.account
                and batch.is_identified = customers.is_identified
            where {unequal}
            """,
            severity="critical",
            expected="sizes, mature counts and values equal customer_ltv's, difference 0",
            notes="Marketing plans on cohorts; a cohort that isn't its customers plans on nothing.",
            next_step="compare the cohort with customer_ltv for its month and first_account.",
            measure="""
                select coalesce(sum(size), 0) || ' customers, LTV ' || coalesce(sum(ltv_amount_group), 0)
                       || ', difference 0' from marts.ltv_cohorts where account = 'all'""",
        ),
        no_rows(
            "no_cohort_from_the_future",
            f"select cohort_month, account, size from batch where cohort_month > cast({AS_OF} as date)",
            severity="critical",
            expected="no cohort after as_of",
            notes="A wrong zone or year puts customers where no report looks for them.",
            next_step="look at the first orders of the cohort's customers.",
        ),
    ]
