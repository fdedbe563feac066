"""``marts.period_closes``: are closed months whole, in order, and reported?"""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.period_closes"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
        no_rows(
            "closed_months_are_reported",
            """
            select batch.legal_entity, batch.period, batch.version, batch.values_count, count(reported.value) as found
            from batch
            left join marts.metric_values as reported
                on reported.basis = 'as_reported' and reported.period_start = batch.period
                and reported.dimension = 'legal_entity' and reported.dimension_value = batch.legal_entity
            where batch.status <> 'superseded'
            group by all
            having count(reported.value) = 0
            """,
            severity="critical",
            expected="figures as reported of every month that was closed",
            notes="A month that is closed and has no figures can't be defended in front of an auditor.",
            next_step="see raw_closing.frozen_values of the month; measure shows what stands there.",
            measure="""
                select count(*) || ' versions of ' || count(distinct legal_entity || period) || ' months'
                from marts.period_closes""",
        ),
        no_rows(
            "months_close_in_order",
            """
            with standing as (select legal_entity, period from batch where status = 'closed'),
            neighbours as (
                select legal_entity, period,
                    lag(period) over (partition by legal_entity order by period) as period_before
                from standing
            )
            select legal_entity, period, period_before
            from neighbours
            where period_before < period - interval 1 month
            """,
            severity="warning",
            expected="no open month between two closed ones",
            notes="What happens late in the open month would be posted before a month that is closed.",
            next_step="close the month that was reopened: concord close <entity> <month>.",
        ),
    ]
