"""PayPal's settlement reports: files of sections, one per account and currency, each with its balances.

A row's first field says what it is: RH and FH head report and file, SH a section, CH names the columns of its
body rows (SB), SF closes it with totals and balances, SC and RC count, FF ends the file. Amounts are minor
units without a sign.

Source: developer.paypal.com, settlement report specification (file structure, report data).
"""

import csv
import io
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import orjson
import pyarrow as pa

from ingestion.errors import IncompleteLoad, VendorError, while_reading
from ingestion.file_folder import Folder, Gone, Listed
from ingestion.landing import Landing
from ingestion.paypal_api import PayPal
from ingestion.request import Completeness, Request, now
from ingestion.tables import Table

FOLDER = "reports"
INDEX = f"{FOLDER}/index.csv"
REPORT = re.compile(r"STL-(\d{4})(\d{2})(\d{2})\..*\.CSV", re.IGNORECASE)
TOTALS = ("currency", "gross_credits", "gross_debits", "fee_credits", "fee_debits")
BALANCES = (  # each after a field that says CR or DR
    *("beginning_available_balance", "ending_available_balance"),
    *("beginning_payable_balance", "ending_payable_balance"),
)
Tables = Iterator[tuple[str, pa.Table]]

logger = logging.getLogger(__name__)


def settlements(
    request: Request, client: PayPal, tables: tuple[Table, Table], overlap: timedelta
) -> Tables:
    """The reports written since the cursor; none at all where PayPal makes none for this account."""
    name = tables[0].name
    folder = Folder(request.account, request.patience, client.auth_of_app, client)
    since, reached, count = request.since(name, overlap), None, 0
    landings = [
        Landing(request.account, table.name, (table,), now(), request.folder / table.name)
        for table in tables
    ]
    with while_reading(name):
        for file in _index(folder):
            if not REPORT.fullmatch(file.name) or (since and file.updated_at < since):
                continue
            reached = max(filter(None, (reached, file.updated_at)))
            text = folder.whole(file, FOLDER).decode("utf-8-sig")
            for section in _sections(text, file.name, folder.where):
                landings[0].add_file(section.lines())
                landings[1].add(section.line())
                count += 1
    for landing, expected in zip(landings, (None, count), strict=True):
        yield from landing.tables()
        request.completeness.append(
            Completeness(landing.stream, since, folder.now, expected, landing.landed, "file")
        )
    request.advance(name, reached, folder.now)


def _index(folder: Folder) -> list[Listed]:
    try:
        folder.bytes_of(INDEX)
    except Gone:
        logger.info("%s: no settlement reports (%s isn't there)", folder.where, INDEX)
        return []
    return list(folder.listed(INDEX))


@dataclass
class _Section:
    """One account and currency of one report."""

    report: str
    header: Sequence[str]
    columns: Sequence[str] = ()
    body: list[Sequence[str]] = field(default_factory=list)
    footer: Sequence[str] = ()

    @property
    def id(self) -> str:
        """Report, account, currency; what names no currency has none."""
        return f"{self.report}:{self.header[3]}:{''.join(self.footer[1:2])}"

    def lines(self) -> Iterator[bytes]:
        for row in self.body:
            line = {
                name: value.strip() or None
                for name, value in zip(self.columns, row[1:], strict=True)
            }
            for name in ("transaction_initiation_date", "transaction_completion_date"):
                line[name] = _utc(line.get(name))
            yield orjson.dumps({**line, "section_id": self.id, "report": self.report}) + b"\n"

    def line(self) -> bytes:
        named = REPORT.fullmatch(self.report)
        said = {
            "section_id": self.id,
            "report": self.report,
            "account_id": self.header[3],
            "report_date": "-".join(named.groups()) if named else None,
            "period_start": _utc(self.header[1]),
            "period_end": _utc(self.header[2]),
            "lines_count": str(len(self.body)),
            **dict(zip(TOTALS, self.footer[1:], strict=False)),
        }
        pairs = self.footer[len(TOTALS) + 1 :]
        for name, side, amount in zip(BALANCES, pairs[::2], pairs[1::2], strict=False):
            said[name] = f"-{amount}" if side == "DR" else amount
        return orjson.dumps(said) + b"\n"


def _sections(text: str, report: str, where: str) -> Iterator[_Section]:
    """The sections of a report that is whole: its counts are right and its last row is there."""
    section: _Section | None = None
    last, bodies = "", 0
    for row in csv.reader(io.StringIO(text, newline="")):
        last = row[0] if row else last
        if last == "SH":
            section = _Section(report, row)
        elif last in ("CH", "SB", "SF", "SC") and section is None:
            raise VendorError(f"{where}: {report} has a row {last} outside of a section")
        elif last == "CH" and section:
            section.columns = [re.sub(r"[^a-z0-9]+", "_", name.lower()) for name in row[1:]]
        elif last == "SB" and section:
            if len(row) - 1 != len(section.columns):
                raise _cut_short(where, report, f"a row has {len(row) - 1} fields")
            section.body.append(row)
        elif last == "SF" and section:
            section.footer = row
        elif last == "SC" and section:
            if int(row[1]) != len(section.body) or not section.footer:
                raise _cut_short(where, report, f"{len(section.body)} rows of {row[1]} promised")
            bodies += len(section.body)
            yield section
            section = None
        elif last == "RC" and int(row[1]) != bodies:
            raise _cut_short(where, report, f"{bodies} rows of {row[1]} promised")
    if last != "FF":
        raise _cut_short(where, report, f"its last row is {last or 'none'}, not FF")


def _cut_short(where: str, report: str, how: str) -> IncompleteLoad:
    return IncompleteLoad(
        f"{where}: {report} was cut short: {how}; nothing was kept, load again when it is whole"
    )


def _utc(said: str | None) -> str | None:
    """``2026/10/01 00:00:00 -0700`` as ISO text in UTC; what can't be read stays as it is."""
    if not said:
        return None
    try:
        moment = datetime.strptime(said, "%Y/%m/%d %H:%M:%S %z")
    except ValueError:
        return said
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat()
