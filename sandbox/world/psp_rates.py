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
            from rates.ecb where currency in {tuple(EXPONENTS)}
                and "date" > (select cast(min(happened_at) as date) - 30 from truth.transactions)),
        pegged as (
            select * from fixings
            union all
            select fixed_on, 'KWD', per_euro * {TREASURY_PEGS["KWD"]} from fixings where currency = 'USD'),
        days as (
            select cast(d as date) as day
            from generate_series((select min(happened_at) from truth.transactions), psp_now() + interval 1 day,
                interval 1 day) as s(d))
        select days.day, p.currency as currency_p,
            cast(round({KEPT_PERCENT} / p.per_euro / (case p.currency {scale} end) * 1000000) as bigint)
                as rate_millionths
        from days cross join (select distinct currency from pegged) as c
        asof join pegged as p on p.currency = c.currency and p.fixed_on < days.day"""
    )
