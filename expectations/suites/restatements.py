"""``marts.restatements``: is every reported figure that moved explained, to the last cent?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows

RELATION = "marts.restatements"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [
        no_direct_identifier(RELATION),
        no_rows(
            "causes_sum_to_the_difference",
            """
            select
                legal_entity, period, version, metric, dimension, dimension_value, currency,
                max(current) as now, max(as_reported) as was, sum(difference) as explained
            from batch
            group by all
            having coalesce(max(current), 0) - coalesce(max(as_reported), 0) <> sum(difference)
            """,
            severity="critical",
            expected="the causes of a value sum to current - as reported, difference 0",
            notes="An explanation with a rest is none.",
            next_step="see intermediate.int_closed_days__restated: the states of the month, one after the other.",
        ),
        no_rows(
            "reported_values_moved_as_told",
            """
            with newest as (
                select * from batch
                qualify version = max(version) over (partition by legal_entity, period)
            ),
            told as (
                select period, metric, dimension, dimension_value, currency, sum(difference) as difference
                from newest group by all
            ),
            months as (select * from marts.metric_values where grain = 'month' and dimension <> 'all')
            select
                was.metric, was.period_start, was.dimension_value, was.currency,
                was.value as as_reported, now.value as current, told.difference as told
            from months as was
            left join months as now
                on now.basis = 'current' and was.metric = now.metric and was.period_start = now.period_start
                and was.dimension = now.dimension and was.dimension_value = now.dimension_value
                and was.currency is not distinct from now.currency
            left join told
                on was.metric = told.metric and was.period_start = told.period
                and was.dimension = told.dimension and was.dimension_value = told.dimension_value
                and was.currency is not distinct from told.currency
            where was.basis = 'as_reported'
                and was.metric in (select metric from marts.metric_definitions)
                and coalesce(now.value, 0) - coalesce(was.value, 0) <> coalesce(told.difference, 0)
            """,
            severity="critical",
            expected="current - as reported is what the restatement tells, of every reported value, difference 0",
            notes="A closed figure that moved without a word is what closing is there to prevent.",
            next_step="compare the last state of int_closed_days__restated with revenue_daily of the month.",
            measure="""
                select count(*) || ' values reported' from marts.metric_values where basis = 'as_reported'""",
        ),
        no_rows(
            "nothing_moved_for_no_known_cause",
            """
            select legal_entity, period, version, metric, dimension_value, currency, difference
            from batch
            where cause = 'other'
            order by abs(difference) desc
            """,
            severity="warning",
            expected="no cause 'other'",
            notes="The same row at the same rate has another amount in group money: the conversion changed.",
            next_step="compare macros/money.sql and int_ledger_entries__converted with the release of the close.",
        ),
        no_rows(
            "closed_months_hardly_move",
            """
            with newest as (
                select * from batch
                qualify version = max(version) over (partition by legal_entity, period)
            )
            select legal_entity, period, max(as_reported) as as_reported, max(current) as current
            from newest
            where metric = 'net_sales' and dimension = 'legal_entity'
            group by all
            having abs(max(current) - max(as_reported)) > 0.01 * abs(max(as_reported))
            """,
            severity="warning",
            expected="net sales of a closed month within 1 % of what was reported",
            notes="More than that is no late refund: somebody should know before the next report.",
            next_step="read the causes; if the month must be told anew: concord close <entity> <month> --reopen.",
        ),
    ]
