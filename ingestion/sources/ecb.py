"""European Central Bank, euro reference rates -> ``raw_ecb``.

Grain:    one row per reading of a rate, keyed (account, currency, currency_denom, time_period):
          units of ``currency`` per 1 euro on a business day.
Cursor:   ``TIME_PERIOD``, re-read ten days back: a rate may be corrected, and holidays leave gaps.
Gotchas:  no rates on weekends and TARGET holidays; the file carries no updated time, so the newest
          reading of a day is the one that counts; a series can end (RUB, 2022-03-01).
Source:   data-api.ecb.europa.eu, dataset EXR, key D..EUR.SP00.A, format csvdata.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pyarrow as pa

from ingestion import csv_files
from ingestion.errors import IncompleteLoad
from ingestion.http import Client
from ingestion.landing import Landing
from ingestion.request import Completeness, Request, naive, now
from ingestion.tables import Table, columns
from ingestion.types import date, rate, text

PATH = "/service/data/EXR/D..EUR.SP00.A"
OVERLAP = timedelta(days=10)

KNOWN_BUT_UNWANTED = """
    KEY FREQ EXR_TYPE EXR_SUFFIX OBS_STATUS OBS_CONF OBS_PRE_BREAK OBS_COM TIME_FORMAT BREAKS
    COLLECTION COMPILING_ORG DISS_ORG DOM_SER_IDS PUBL_ECB PUBL_MU PUBL_PUBLIC UNIT_INDEX_BASE
    COMPILATION COVERAGE DECIMALS NAT_TITLE SOURCE_AGENCY SOURCE_PUB TITLE TITLE_COMPL UNIT UNIT_MULT
"""

EXCHANGE_RATES = Table(
    "exchange_rates",
    key=("currency", "currency_denom", "time_period"),
    columns=columns((text, "CURRENCY CURRENCY_DENOM"), (date, "TIME_PERIOD"), (rate, "OBS_VALUE")),
    ignored=frozenset(KNOWN_BUT_UNWANTED.split()),
)
TABLES = (EXCHANGE_RATES,)
OVERLAPS = {EXCHANGE_RATES.name: OVERLAP}
NO_SWEEP = (
    "its rates have no ids and none is ever taken away; read a range again: concord backfill ecb"
)


def extract(request: Request) -> Iterator[tuple[str, pa.Table]]:
    """The rates since the cursor; the first time since ``history_from``, or all there are."""
    account, stream = request.account, EXCHANGE_RATES.name
    since = request.window[0] if request.window else request.since(stream, OVERLAP)
    start = since.date() if since else account.history_from
    asked = {"format": "csvdata"} | ({"startPeriod": start.isoformat()} if start else {})
    if request.window:
        asked["endPeriod"] = (request.window[1].date() - timedelta(days=1)).isoformat()
    begun, client = now(), Client(account, request.patience)
    try:
        answer = client.get(PATH, asked).text
    finally:
        request.requests, request.vendor_date = client.requests, client.vendor_date
        client.close()
    until = naive(client.vendor_date or datetime.now(UTC))
    # Of two readings the one that the ECB's own clock says is later counts.
    landing = Landing(account, stream, TABLES, begun, request.folder / stream, until)
    received, last = 0, ""
    for line in csv_files.lines(answer, set(EXCHANGE_RATES.columns), f"ecb {account.account}"):
        landing.add(line)
        received += 1
    if not received and not request.window:
        raise IncompleteLoad(
            f"ecb {account.account}: no rates since {start}, where days already known lie; load again"
        )
    for name, table in landing.tables():
        if name == stream:
            last = max(last, max(table["time_period"].to_pylist()).isoformat())
        yield name, table
    window_start = datetime.combine(start, time()) if start else None
    window_end = request.window[1] if request.window else until
    request.completeness.append(
        Completeness(stream, window_start, window_end, received, landing.landed, "file")
    )
    request.advance(stream, datetime.fromisoformat(last) if last else None, until)
