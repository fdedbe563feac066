"""CSV files of our own departments: whole, or what changed since a moment (``updated_since``), bearer token.

Each file keeps every version of its rows; a correction is a higher version. A folder on this machine gives
its files whole each time, which adds nothing.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta

import orjson
import pyarrow as pa

from ingestion import csv_files
from ingestion.auth import BearerAuth
from ingestion.errors import VendorError, while_reading
from ingestion.file_folder import Folder, Gone
from ingestion.landing import Landing
from ingestion.request import Completeness, Request, now
from ingestion.tables import Table

logger = logging.getLogger(__name__)
Tables = Iterator[tuple[str, pa.Table]]


def extract(
    request: Request,
    tables: Sequence[Table],
    overlap: timedelta,
    optional: frozenset[str],
    bounded: frozenset[str] = frozenset(),
) -> Tables:
    """``<table>.csv`` of each table. ``optional``: a group without that file has none of its rows.

    ``bounded``: tables of which ``history_from`` cuts what is older; what was agreed before still holds.
    """
    folder = Folder(request.account, request.patience, BearerAuth(request.account))
    try:
        for table in tables:
            with while_reading(table.name):
                since = request.since(table.name, overlap)
                if since is None and request.account.history_from and table.name in bounded:
                    since = datetime.combine(request.account.history_from, time())
                yield from _read(request, folder, table, since, table.name in optional)
    finally:
        request.requests, request.vendor_date = folder.requests, folder.vendor_date
        folder.close()


def _read(
    request: Request, folder: Folder, table: Table, since: datetime | None, is_optional: bool
) -> Tables:
    account, name = request.account, table.name
    asked = (
        {"updated_since": since.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")}
        if since
        else {}
    )
    try:
        text = folder.text_of(f"{name}.csv", asked)
    except Gone:
        if not is_optional:
            raise VendorError(
                f"{folder.where}: {name}.csv isn't there; put it there, or mend base_url"
            ) from None
        logger.info("%s: no %s.csv, so no %s", folder.where, name, name.replace("_", " "))
        return
    landing = Landing(account, name, (table,), now(), request.folder / name)
    rows = csv_files.whole_rows(text, set(table.columns), f"{folder.where} {name}.csv", _column)
    received = landing.add_file(orjson.dumps(row) + b"\n" for row in rows)
    yield from landing.tables()
    request.completeness.append(
        Completeness(name, since, folder.now, received, landing.landed, "file")
    )
    request.advance(name, landing.cursor, folder.now)


def _column(heading: str) -> str:
    """``account`` is whose file this is; a column of that name is about a payment provider's."""
    return "psp_account" if heading.strip() == "account" else heading.strip()
