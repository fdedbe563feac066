"""What the PSP pays for a foreign currency: the fixing of the day before, less its two per cent.

The day before, because the day's own fixing comes out in the afternoon: a morning's payment must not
change when the clock passes it.
"""

import duckdb

from sandbox.world.rates import TREASURY_PEGS
from sandbox.world.shops import EXPONENTS

KEPT_PERCENT = 98


def create_rates(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.psp_rates``: per day and currency, euro cents per minor unit, in millionths.

    Minor units per minor unit is how Stripe states ``exchange_rate`` too: 0.63 for a yen in cents.
    """
    scale = " ".join(f"when '{currency}' then {10**e}" for currency, e in EXPONENTS.items())
    con.execute(
        f"""create table truth.psp_rates as
        with fixings as (
            select "date" as fixed_on, currency, cast(rate as double) as per_euro
            from rates.ecb where currency in {tuple(EXPONENTS)}),
        pegged as (
            select * from fixings
            union all
            select fixed_on, 'KWD', per_euro * {TREASURY_PEGS["KWD"]} from fixings where currency = 'USD'),
        spans as (
            select *, lead(fixed_on) over (partition by currency order by fixed_on) as next_on from pegged)
        select currency as currency_p, fixed_on + 1 as valid_from,
            coalesce(next_on, date '9999-12-30') + 1 as valid_to,
            cast(round({KEPT_PERCENT} / per_euro / (case currency {scale} end) * 1000000) as bigint)
                as rate_millionths
        from spans"""
    )
