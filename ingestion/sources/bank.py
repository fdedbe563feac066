"""Bank statements, camt.053 and CSV, dropped in a folder -> ``raw_bank``.

Grain:    statements: one row per version of a statement, keyed (account, id): IBAN, currency and the bank's
          own number. entries: one per entry of it, keyed (account, statement_id, id): the bank's reference.
          entry_details: one per transaction that an entry stands for, by its position. A row is current only
          with its statement's newest version.
Cursor:   when the folder's index says a file was written, re-read a day back.
Gotchas:  a file holds several statements, also of several IBANs; the same file may be dropped twice, under
          another name too, and adds nothing. Amounts are signed, + raises our balance. An entry of several
          payouts is split by its transactions only if the bank lists them. Files are UTF-8; what breaks the
          schema of camt.053.001.02, .04 or .08 is a dead letter of its own.
Source:   iso20022.org, camt.053 message definition report; the file service: /statements/index.csv (name,
          updated_at, size) and /statements/<name>, bearer token, or a folder of the same shape.
"""

from collections.abc import Iterator
from datetime import timedelta

import pyarrow as pa

from ingestion import bank_files
from ingestion.request import Request
from ingestion.tables import Table, columns
from ingestion.types import bigint, boolean, date, money, rate, text, timestamp

OVERLAP = timedelta(days=1)

STATEMENTS = Table(
    "statements",
    nodes=("Statement",),
    created="created_at",
    columns=columns(
        (text, "id file format message_id statement_number sequence_number iban currency"),
        (timestamp, "created_at"),
        (date, "from_date to_date opening_date closing_date"),
        (money, "opening_amount closing_amount"),
    ),
)

ENTRIES = Table(
    "entries",
    nodes=("Entry",),
    parent=STATEMENTS,
    parent_id="statement_id",
    key=("statement_id", "id"),
    amount="amount",
    columns=columns(
        (text, "id iban currency"),
        (money, "amount"),
        (boolean, "is_reversal"),
        (text, "status"),
        (date, "booked_date value_date"),
        (text, "servicer_reference entry_reference transaction_code proprietary_code"),
        (text, "additional_info end_to_end_id remittance_text structured_reference"),
        (text, "counterparty_name counterparty_iban"),
        (bigint, "details_count"),
    ),
)

ENTRY_DETAILS = Table(
    "entry_details",
    parent=ENTRIES,
    parent_id="entry_id",
    list_of="details",
    positioned=True,
    key=("statement_id", "entry_id", "position"),
    amount="amount",
    columns=columns(
        (money, "amount"),
        (text, "currency end_to_end_id transaction_reference remittance_text"),
        (text, "structured_reference counterparty_name counterparty_iban"),
        (money, "instructed_amount"),
        (text, "instructed_currency"),
        (rate, "exchange_rate"),
        (money, "charges_amount"),
        (text, "return_reason"),
    ),
)

TABLES = (STATEMENTS, ENTRIES, ENTRY_DETAILS)
OVERLAPS = {STATEMENTS.name: OVERLAP}
NO_SWEEP = "its folder keeps every statement; one that was wrong is sent again by the bank"
NO_WINDOW = "its folder is read by when a file was written, not by a range of days"


def extract(request: Request) -> Iterator[tuple[str, pa.Table]]:
    """The statements of files written since the cursor; the first time all of them."""
    since = request.since(STATEMENTS.name, OVERLAP)
    return bank_files.extract(request, TABLES, since)
