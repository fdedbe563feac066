"""Exchange rates of a world: the ECB's real history, and treasury's for what the ECB lacks."""

from datetime import date, datetime

import duckdb

from sandbox.world.ecb_history import create_ecb

# Units of the currency per US dollar, around which treasury's daily rate moves a little.
TREASURY_PEGS = {"AED": "3.6725", "SAR": "3.75", "KWD": "0.3075", "TWD": "32.4"}

# Days on which treasury dealt at its own USD->EUR rate, as days before the base clock, with the hours
# from that day's midnight to each version: one was corrected soon, one will be just after the base clock.
OWN_USD_DAYS = {
    12: (20,),
    28: (20, 28 * 24 + 9),
    40: (20,),
    75: (20, 40),
    120: (20,),
    200: (20,),
    290: (20,),
}
LATE_CORRECTION = 28


def create_rates(
    con: duckdb.DuckDBPyConnection,
    base_clock: datetime,
    clock: datetime,
    history_from: date,
    seed: int = 0,
) -> None:
    """Fill ``rates.ecb`` and ``rates.treasury`` with what was known at the clock."""
    create_ecb(con, clock.date())
    con.execute(
        """create temp table usd_daily as
        select cast(d as date) as day, e.rate as usd_per_eur
        from generate_series(cast(? as date), cast(? as date), interval 1 day) as s(d)
        asof join (select "date", cast(rate as decimal(18, 6)) as rate from rates.ecb
                   where currency = 'USD') as e on cast(s.d as date) > e."date\"""",
        [history_from, clock.date()],
    )
    pegs = ", ".join(f"('{c}', cast({p} as decimal(9, 4)))" for c, p in TREASURY_PEGS.items())
    # Treasury approves at dawn, by the fixing of the day before. The wobble is a hash of the day, at most
    # 0.2 %: a rate file needs no random generator.
    con.execute(
        f"""insert into rates.treasury
        select cast(day as varchar), currency, 'EUR', 'transaction',
            cast(cast(round(1 / (cast(usd_per_eur as double) * peg
                * (1 + (cast(hash(day, currency, {seed}) % 401 as integer) - 200) / 100000)), 10) as decimal(18, 10)) as varchar),
            '1', 'approved', 'treasury-desk', 'group-treasurer',
            strftime(day, '%Y-%m-%dT05:30:00Z'), strftime(day, '%Y-%m-%dT05:30:00Z')
        from usd_daily, (values {pegs}) as p(currency, peg) order by day, currency"""
    )
    dealt = ", ".join(
        f"({days}, {version}, {hours})"
        for days, versions in OWN_USD_DAYS.items()
        for version, hours in enumerate(versions, start=1)
    )
    con.execute(
        f"""insert into rates.treasury
        select cast(day as varchar), 'USD', 'EUR', 'transaction',
            cast(cast(round(1 / cast(usd_per_eur as double), 6) + version * 0.0011 as decimal(18, 10)) as varchar),
            cast(version as varchar), 'approved', 'treasury-desk', 'group-treasurer',
            strftime(day + hours * interval 1 hour, '%Y-%m-%dT%H:00:00Z'),
            strftime(day + hours * interval 1 hour, '%Y-%m-%dT%H:00:00Z')
        from usd_daily
        join (values {dealt}) as o(days_ago, version, hours) on day = cast(? as date) - days_ago
        where day + hours * interval 1 hour <= ?
        order by day, version""",
        [base_clock.date(), clock.replace(tzinfo=None)],
    )
    con.execute("drop table usd_daily")


def create_presentment_rates(
    con: duckdb.DuckDBPyConnection, exponents: dict[str, int], clock: datetime, history_from: date
) -> None:
    """``truth.presentment_rates``: what one US cent is in a buyer's minor units, in millionths."""
    scales = " ".join(f"when '{currency}' then {10**e}" for currency, e in exponents.items())
    con.execute(
        f"""create table truth.presentment_rates as
        with days as (
            select cast(d as date) as day
            from generate_series(cast(? as date), cast(? as date), interval 1 day) as s(d)),
        fixings as (
            select "date", currency, cast(rate as double) as rate from rates.ecb
            where currency in {tuple(exponents)} and "date" >= cast(? as date) - 10),
        per_euro as (
            select days.day, f.currency, f.rate
            from days cross join (select distinct currency from fixings) as c
            -- A shop shows the day's price by the last rate it knows.
            asof join fixings as f on c.currency = f.currency and days.day > f."date"),
        per_dollar as (
            select p.day, p.currency, p.rate / u.rate as rate
            from per_euro as p join per_euro as u on p.day = u.day and u.currency = 'USD'
            union all
            select day, 'KWD', {TREASURY_PEGS["KWD"]} from days)
        select day, currency as currency_p,
            cast(round(rate * (case currency {scales} end) * 10000) as bigint) as rate_millionths
        from per_dollar""",
        [history_from, clock.date(), history_from],
    )
