"""Bank statements as CSV: each bank's own layout, known by its exact header, nothing guessed from values.

``03/04/2026`` is March or April: a layout says how it writes days and amounts, and a header that no layout has
is refused. Lines become the rows that camt.053 gives, so nobody downstream sees which of the two it was.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

import orjson

from ingestion import csv_files
from ingestion.camt_document import Invalid
from ingestion.currencies import in_currency

Row = dict[str, str | None]


@dataclass(frozen=True)
class Layout:
    """``header`` as the bank writes it, in order: booked, value, account, currency, debit, credit, balance,
    reference, counterparty, text. Debits and credits have no sign.
    """

    header: tuple[str, ...]
    delimiter: str
    day: str
    thousands: str
    decimal: str

    def amount(self, row: Row) -> str:
        """Signed as our balance sees it."""
        debit, credit = row[self.header[4]], row[self.header[5]]
        if (debit is None) == (credit is None):
            raise Invalid(
                f"{self.header[7]} '{row[self.header[7]]}': one of {self.header[4]} and"
                f" {self.header[5]} must be given, not both"
            )
        plain = (debit or credit or "").replace(self.thousands, "").replace(self.decimal, ".")
        return plain if debit is None else f"-{plain}"

    def date(self, said: str | None) -> str | None:
        """What is no day stays as it is, for landing to refuse."""
        if said is None:
            return None
        try:
            return datetime.strptime(said, self.day).date().isoformat()  # noqa: DTZ007 a day has no zone
        except ValueError:
            return said


LAYOUTS = (
    Layout(
        (
            *("Booking date", "Value date", "Account", "Currency", "Debit", "Credit", "Balance"),
            *("Bank reference", "Counterparty", "Remittance"),
        ),
        delimiter=",",
        day="%Y/%m/%d",
        thousands=",",
        decimal=".",
    ),
)


def lines(content: bytes, file: str, updated_at: datetime, where: str) -> Iterator[bytes]:
    """JSON lines of the file's accounts, one statement each; raises ``Invalid`` before the first."""
    yield from list(_rows(content, file, updated_at, where))


def _rows(content: bytes, file: str, updated_at: datetime, where: str) -> Iterator[bytes]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(f"no UTF-8 text ({error.reason} at byte {error.start})") from None
    layout = _layout(text)
    begun: set[str] = set()
    for row in csv_files.whole_rows(text, set(), f"{where} {file}", delimiter=layout.delimiter):
        booked, value, account, currency, *_, reference, party, remittance = map(
            row.get, layout.header
        )
        id_ = f"{account}:{currency}:{PurePath(file).stem}"
        if id_ not in begun:
            begun.add(id_)
            yield _statement(id_, file, account, currency, updated_at)
        entry = {
            "__typename": "Entry",
            "__parentId": id_,
            "id": reference,
            "iban": account,
            "amount": in_currency(layout.amount(row), currency),
            "currency": currency,
            "is_reversal": "false",
            "status": "BOOK",
            "booked_date": layout.date(booked),
            "value_date": layout.date(value),
            "servicer_reference": reference,
            "remittance_text": remittance,
            "counterparty_name": party,
            "details_count": "0",
            "details": [],
        }
        yield orjson.dumps(entry) + b"\n"


def _layout(text: str) -> Layout:
    first = text.partition("\n")[0].strip()
    for layout in LAYOUTS:
        if first == layout.delimiter.join(layout.header):
            return layout
    raise Invalid(
        f"its header '{first[:80]}' is of no bank we know; add its layout to ingestion/bank_csv.py"
    )


def _statement(
    id_: str, file: str, account: str | None, currency: str | None, updated_at: datetime
) -> bytes:
    row = {
        "__typename": "Statement",
        "id": id_,
        "file": file,
        "format": "csv",
        "statement_number": PurePath(file).stem,
        "iban": account,
        "currency": currency,
        "created_at": updated_at.isoformat(),
    }
    return orjson.dumps(row) + b"\n"
