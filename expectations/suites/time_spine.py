"""``marts.time_spine``: does the calendar reach as far as the business does?"""

from typing import Any

from expectations.definitions import AS_OF
from expectations.rules import no_rows

RELATION = "marts.time_spine"
OWNER = "data-platform"


def suite() -> list[Any]:
    return [
        no_rows(
            "calendar_covers_every_event",
            f"""
            with days as (
                select distinct event_date as day from marts.revenue_ledger
                union
                select cast({AS_OF} as date) as day
            )
            select count(*) as days_count, min(days.day) as first_day, max(days.day) as last_day
            from days
            left join batch on days.day = batch.date_day
            where batch.date_day is null
            having count(*) > 0
            """,
            severity="critical",
            expected="a row for every day on which anything was booked, and for as_of",
            notes="Metrics by day join the calendar; a day that it lacks is missing from every chart.",
            next_step="widen the range in time_spine.",
            measure="select min(date_day) || ' to ' || max(date_day) from marts.time_spine",
        )
    ]
