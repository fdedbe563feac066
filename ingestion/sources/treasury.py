"""The group's own treasury, rate file -> ``raw_treasury``.

Grain:    one row per version of a rate, keyed (account, rate_date, from_currency, to_currency, kind,
          version).
Cursor:   ``updated_at``, re-read a day back.
Gotchas:  a corrected rate is a new ``version``, the old one stays in the file; treasury's own rates
          beat the ECB's and cover currencies the ECB has none for.
Source:   treasury's file service: rates.csv?updated_since=<time>, bearer token.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pyarrow as pa

from ingestion import csv_files
from ingestion.auth import BearerAuth
from ingestion.http import Client
from ingestion.landing import Landing
from ingestion.request import Completeness, Request, naive, now
from ingestion.tables import Table, columns
from ingestion.types import bigint, date, rate, text, timestamp

PATH = "/rates.csv"
OVERLAP = timedelta(days=1)

RATES = Table(
    "rates",
    key=("rate_date", "from_currency", "to_currency", "kind", "version"),
    cursor="updated_at",
    columns=columns(
        (date, "rate_date"),
        (text, "from_currency to_currency kind"),
        (rate, "rate"),
        (bigint, "version"),
        (text, "status author approved_by"),
        (timestamp, "approved_at updated_at"),
    ),
)
TABLES = (RATES,)
OVERLAPS = {RATES.name: OVERLAP}
NO_SWEEP = "its file keeps every version of a rate; a wrong one is corrected by a newer version"
NO_WINDOW = "its file is asked for by when a rate was last updated, not by a range of days"


def extract(request: Request) -> Iterator[tuple[str, pa.Table]]:
    """The rates changed since the cursor; the first time since ``history_from``, or all there are."""
    account, stream = request.account, RATES.name
    since = request.since(stream, OVERLAP)
    if since is None and account.history_from:
        since = datetime.combine(account.history_from, time())
    asked = (
        {"updated_since": since.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")}
        if since
        else {}
    )
    landing = Landing(account, stream, TABLES, now(), request.folder / stream)
    client = Client(account, request.patience, BearerAuth(account))
    try:
        answer = client.get(PATH, asked).text
    finally:
        request.requests, request.vendor_date = client.requests, client.vendor_date
        client.close()
    until = naive(client.vendor_date or datetime.now(UTC))
    received = landing.add_file(
        csv_files.lines(answer, set(RATES.columns), f"treasury {account.account}")
    )
    yield from landing.tables()
    request.completeness.append(
        Completeness(stream, since, until, received, landing.landed, "file")
    )
    request.advance(stream, landing.cursor, until)
