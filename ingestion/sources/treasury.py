"""The group's own treasury, its files -> ``raw_treasury``.

Grain:    rates: one row per version of a rate, keyed (account, rate_date, from_currency, to_currency, kind,
          version). contracted_fees: of what a payment provider may take, keyed (account, fee_id, version).
          gateway_migrations: of a change of who takes a shop's payments, keyed (account, migration_id,
          version).
Cursor:   ``updated_at``, re-read a day back.
Gotchas:  a corrected row is a new ``version``, the old one stays in the file; treasury's own rates beat the
          ECB's and cover currencies the ECB has none for. Who approves a rate is never its author. A group
          without contracts or migrations needs no such file.
Source:   treasury's file service: <table>.csv?updated_since=<time>, bearer token, or a folder of these files.
"""

from collections.abc import Iterator
from datetime import timedelta

import pyarrow as pa

from ingestion import csv_drops
from ingestion.request import Request
from ingestion.tables import Table, columns
from ingestion.types import bigint, date, money, rate, text, timestamp

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

CONTRACTED_FEES = Table(
    "contracted_fees",
    key=("fee_id", "version"),
    cursor="updated_at",
    columns=columns(
        (text, "fee_id system psp_account payment_method region fee_basis currency"),
        (rate, "fee_rate"),
        (money, "fixed_amount"),
        (date, "valid_from valid_to"),
        (bigint, "version"),
        (text, "agreed_by"),
        (timestamp, "updated_at"),
    ),
)

GATEWAY_MIGRATIONS = Table(
    "gateway_migrations",
    key=("migration_id", "version"),
    cursor="updated_at",
    columns=columns(
        (text, "migration_id shop_account payment_method from_gateway to_gateway"),
        (text, "from_system to_system"),
        (date, "starts_on ends_on"),
        (text, "owner severity note"),
        (bigint, "version"),
        (timestamp, "updated_at"),
    ),
)

TABLES = (RATES, CONTRACTED_FEES, GATEWAY_MIGRATIONS)
OVERLAPS = {table.name: OVERLAP for table in TABLES}
OPTIONAL = frozenset({CONTRACTED_FEES.name, GATEWAY_MIGRATIONS.name})
NO_SWEEP = "its files keep every version of a row; a wrong one is corrected by a newer version"
NO_WINDOW = "its files are asked for by when a row was last updated, not by a range of days"


def extract(request: Request) -> Iterator[tuple[str, pa.Table]]:
    """The rows changed since the cursor; the first time all, of rates those since ``history_from``."""
    return csv_drops.extract(request, TABLES, OVERLAP, OPTIONAL, frozenset({RATES.name}))
