"""An e-mail tool's export folder of CSV files -> ``raw_email_tool``.

Grain:    one row per version of a statement about an address, keyed (account, statement_id).
Cursor:   ``updated_at`` of each file in the folder's index, re-read a day back: a file grows until its
          month is over.
Gotchas:  a statement says who made it (``origin``: person, import or sync); a list that somebody imported
          is no opt-in. ``stated_at`` may be empty: nobody knows when.
Source:   a file service: /statements/index.csv (name, updated_at, rows_count) and /statements/<name>,
          bearer token. What a tool calls its lists, suppressions and feedback loop goes in ``state``.
"""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from ingestion import csv_files
from ingestion.auth import BearerAuth
from ingestion.errors import IncompleteLoad, VendorError
from ingestion.http import Client
from ingestion.landing import Landing
from ingestion.request import Completeness, Request, naive, now
from ingestion.tables import Table, columns
from ingestion.types import text, timestamp

FOLDER = "/statements"
OVERLAP = timedelta(days=1)

STATEMENTS = Table(
    "statements",
    key=("statement_id",),
    cursor="recorded_at",
    columns=columns(
        (text, "statement_id email channel purpose country controller state origin method"),
        (text, "wording_version evidence"),
        (timestamp, "stated_at recorded_at"),
    ),
)
TABLES = (STATEMENTS,)
OVERLAPS = {STATEMENTS.name: OVERLAP}
NO_SWEEP = "its files keep every statement; one that was wrong is followed by another"
NO_WINDOW = "its folder is read by when a file last grew, not by a range of days"


def extract(request: Request) -> Iterator[tuple[str, pa.Table]]:
    """The files that grew since the cursor, each whole; the first time all of them."""
    account, stream = request.account, STATEMENTS.name
    since = request.since(stream, OVERLAP)
    landing = Landing(account, stream, TABLES, now(), request.folder / stream)
    client = Client(account, request.patience, BearerAuth(account))
    where = f"email_tool {account.account}"
    expected, received, reached = 0, 0, None
    try:
        for name, grown_at, rows_count in _index(client.get(f"{FOLDER}/index.csv", {}).text, where):
            reached = max(filter(None, (reached, grown_at)))
            if since is not None and grown_at < since:
                continue
            answer = client.get(f"{FOLDER}/{name}", {}).text
            lines = list(csv_files.lines(answer, set(STATEMENTS.columns), f"{where} {name}"))
            if len(lines) < rows_count:
                raise IncompleteLoad(
                    f"{where}: {name} has {len(lines)} statements, its index promised {rows_count};"
                    " load again, or ask whoever writes the folder"
                )
            expected, received = expected + len(lines), received + landing.add_file(lines)
    finally:
        request.requests, request.vendor_date = client.requests, client.vendor_date
        client.close()
    until = naive(client.vendor_date or datetime.now(UTC))
    yield from landing.tables()
    request.completeness.append(
        Completeness(stream, since, until, expected, landing.landed, "file")
    )
    request.advance(stream, reached, until)


def _index(answer: str, where: str) -> Iterator[tuple[str, datetime, int]]:
    """Name, when it last grew and how many rows, per file; a page that is no index is refused."""
    reader = csv.DictReader(io.StringIO(answer))
    if missing := {"name", "updated_at", "rows_count"} - set(reader.fieldnames or ()):
        shown = answer[:80].replace("\n", " ")
        raise VendorError(
            f"{where}: index.csv has no column {', '.join(sorted(missing))}; it begins '{shown}'"
        )
    for row in reader:
        try:
            grown_at = datetime.fromisoformat(row["updated_at"])
            yield row["name"], naive(grown_at), int(row["rows_count"])
        except (TypeError, ValueError) as error:
            raise VendorError(f"{where}: index.csv, file '{row['name']}': {error}") from error
