"""``marts.period_closes``: are closed months in order? That they are reported, ``metric_values`` audits."""

from typing import Any

from expectations.rules import no_direct_identifier, no_rows, volume

RELATION = "marts.period_closes"
OWNER = "finance-analytics"


def suite() -> list[Any]:
    return [
        volume(RELATION),
        no_direct_identifier(RELATION),
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
