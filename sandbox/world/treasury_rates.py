"""Treasury's own month averages and closing rates of what the ECB lacks, on each month's last day.

One was approved by who entered it, which is nobody's second look; one was corrected after the close.
"""

from datetime import datetime

import duckdb

from sandbox.world.rates import TREASURY_PEGS

SELF_APPROVED = ("AED", "2026-08-31")  # of a currency that nothing is sold in
CORRECTED = ("KWD", "2026-07-31")
DESK, TREASURER = "treasury-desk", "group-treasurer"


def create_monthly_rates(con: duckdb.DuckDBPyConnection, clock: datetime) -> None:
    """Adds to ``rates.treasury`` what was said by the clock; a month that is not whole has neither."""
    con.execute(
        """insert into rates.treasury
        with daily as (
            select cast(rate_date as date) as day, from_currency, cast(rate as decimal(18, 10)) as rate
            from rates.treasury where kind = 'transaction' and version = '1' and list_contains($pegged, from_currency)),
        monthly as (
            select last_day(day) as day, from_currency, count(*) as days,
                cast(round(avg(rate), 10) as decimal(18, 10)) as averaged, arg_max(rate, day) as closing
            from daily group by all),
        said as (
            select day, from_currency, 'month_average' as kind, averaged as rate, 1 as version,
                day + interval 33 hour as said_at
            from monthly where days >= day(day)
            union all
            select day, from_currency, 'closing', closing, 1, day + interval 33 hour from monthly where days >= day(day)
            union all
            select day, from_currency, 'closing', closing + cast(0.0009 as decimal(18, 10)), 2, day + interval 41 day
            from monthly where from_currency = $corrected and day = cast($corrected_day as date))
        select cast(day as varchar), from_currency, 'EUR', kind, cast(rate as varchar), cast(version as varchar),
            'approved', $desk, case when kind = 'closing' and from_currency = $own and cast(day as varchar) = $own_day
                then $desk else $treasurer end,
            strftime(said_at, '%Y-%m-%dT%H:%M:%SZ'), strftime(said_at, '%Y-%m-%dT%H:%M:%SZ')
        from said where said_at <= $now order by day, from_currency, kind, version""",
        {
            "pegged": list(TREASURY_PEGS),
            "corrected": CORRECTED[0],
            "corrected_day": CORRECTED[1],
            "own": SELF_APPROVED[0],
            "own_day": SELF_APPROVED[1],
            "desk": DESK,
            "treasurer": TREASURER,
            "now": clock.replace(tzinfo=None),
        },
    )
