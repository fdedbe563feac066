"""Exchange rates of a world: the ECB's real history, and treasury's for what the ECB lacks."""

import io
import zipfile
from datetime import date, datetime
from importlib.resources import files

import duckdb
import pyarrow.csv

# Units of the currency per US dollar, around which treasury's daily rate moves a little.
TREASURY_PEGS = {"AED": "3.6725", "SAR": "3.75", "KWD": "0.3075", "TWD": "32.4"}

# Days on which treasury dealt at its own USD->EUR rate, as days before the clock; the corrected one
# has a second version.
OWN_USD_DAYS = (12, 40, 75, 120, 200, 290)
CORRECTED_USD_DAY = 75


def create_rates(
    con: duckdb.DuckDBPyConnection, clock: datetime, history_from: date, seed: int = 0
) -> None:
    """Fill ``rates.ecb`` and ``rates.treasury`` with what was known at the clock."""
    _load_ecb(con, clock)
    con.execute(
        """create temp table usd_daily as
        select cast(d as date) as day, e.rate as usd_per_eur
        from generate_series(cast(? as date), cast(? as date), interval 1 day) as s(d)
        asof join (select "date", cast(rate as decimal(18, 6)) as rate from rates.ecb
                   where currency = 'USD') as e on cast(s.d as date) >= e."date\"""",
        [history_from, clock.date()],
    )
    pegs = ", ".join(f"('{c}', cast({p} as decimal(9, 4)))" for c, p in TREASURY_PEGS.items())
    # The wobble is a hash of the day, at most 0.2 %: a rate file needs no random generator.
    con.execute(
        f"""insert into rates.treasury
        select cast(day as varchar), currency, 'EUR', 'transaction',
            cast(cast(round(1 / (cast(usd_per_eur as double) * peg
                * (1 + (cast(hash(day, currency, {seed}) % 401 as integer) - 200) / 100000)), 10) as decimal(18, 10)) as varchar),
            '1', 'approved', 'group-treasurer',
            strftime(day, '%Y-%m-%dT05:30:00Z'), strftime(day, '%Y-%m-%dT05:30:00Z')
        from usd_daily, (values {pegs}) as p(currency, peg) order by day, currency"""
    )
    days = ", ".join(f"({d})" for d in OWN_USD_DAYS)
    con.execute(
        f"""insert into rates.treasury
        select cast(day as varchar), 'USD', 'EUR', 'transaction',
            cast(cast(round(1 / cast(usd_per_eur as double), 6) + version * 0.0011 as decimal(18, 10)) as varchar),
            cast(version as varchar), 'approved', 'group-treasurer',
            strftime(day + version * interval 20 hour, '%Y-%m-%dT%H:00:00Z'),
            strftime(day + version * interval 20 hour, '%Y-%m-%dT%H:00:00Z')
        from usd_daily
        join (values {days}) as o(days_ago) on day = cast(? as date) - days_ago
        join (values (1), (2)) as v(version) on version = 1 or days_ago = {CORRECTED_USD_DAY}
        order by day, version""",
        [clock.date()],
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
            asof join fixings as f on c.currency = f.currency and days.day >= f."date"),
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


def _load_ecb(con: duckdb.DuckDBPyConnection, clock: datetime) -> None:
    """The package's CSV, one row per day and currency; the clock's own day is published later."""
    archive = files("currency_converter").joinpath("eurofxref-hist.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        text = opened.read("eurofxref-hist.csv")
    wide = pyarrow.csv.read_csv(
        io.BytesIO(text),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(_header(text), "string")
        ),
    )
    con.register("ecb_wide", wide)
    con.execute(
        """insert into rates.ecb
        select cast("Date" as date), currency, rate
        from (unpivot ecb_wide on columns(* exclude ("Date")) into name currency value rate)
        where length(currency) = 3 and rate not in ('', 'N/A') and cast("Date" as date) < ?
        order by 1, 2""",
        [clock.date()],
    )
    con.unregister("ecb_wide")


def _header(text: bytes) -> list[str]:
    return text.split(b"\n", 1)[0].decode().strip().split(",")
