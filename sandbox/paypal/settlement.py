"""Settlement report files: one for each day of the account's zone, kept for 45 days, a section per currency.

Amounts are whole minor units without a sign: the debit or credit column says the direction. Moments are local with
their offset. Source: developer.paypal.com, settlement report specification.
"""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from sandbox.world.paypal_accounts import PAYER_ACCOUNT_ID

KEPT_DAYS = 45
TOLD_HOURS = 12  # after the day is over
VERSION = "009"
COLUMNS = (
    *("Transaction ID", "Invoice ID", "PayPal Reference ID", "PayPal Reference ID Type"),
    *("Transaction Event Code", "Transaction Initiation Date", "Transaction Completion Date"),
    *("Transaction Debit or Credit", "Gross Transaction Amount", "Gross Transaction Currency"),
    *("Fee Debit or Credit", "Fee Amount", "Fee Currency", "Custom Field", "Consumer ID"),
    *("Payment Tracking ID", "Store ID", "Bank Reference ID", "Credit Transactional Fee"),
    *("Credit Promotional Fee", "Credit Term"),
)
INDEX = ("name", "updated_at", "size")


def files(con: duckdb.DuckDBPyConnection, zone: str, now: datetime) -> list[tuple[str, str, int]]:
    """Name, when it was made, and size in bytes, of each file that is there."""
    return [
        (name(day), made.strftime("%Y-%m-%dT%H:%M:%SZ"), len(text(con, zone, day, now) or ""))
        for day, made in _days(zone, now)
    ]


def name(day: date) -> str:
    return f"STL-{day:%Y%m%d}.01.{VERSION}.CSV"


def text(con: duckdb.DuckDBPyConnection, zone: str, day: date, now: datetime) -> str | None:
    """A day's file; None for one that isn't there, not yet or no more."""
    made = dict(_days(zone, now)).get(day)
    if made is None:
        return None
    start, end = (_utc(day + timedelta(days=n), zone) for n in (0, 1))
    rows = con.execute(
        """select _currency, id, _invoice, _reference, _code, _at, cast(_amount as bigint), cast(_fee as bigint), _custom,
            cast(_balance as bigint)
        from paypal.transactions where _is_booked and _at >= ? and _at < ? order by _currency, _seq""",
        [start, end],
    ).fetchall()
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC).writerow
    write(["RH", _local(made, zone), "A", PAYER_ACCOUNT_ID, int(VERSION)])
    write(["FH", 1])
    for currency in dict.fromkeys(row[0] for row in rows):
        _section(write, [row for row in rows if row[0] == currency], zone, (start, end))
    write(["RF", *_totals(rows)])
    write(["RC", len(rows)])
    write(["FF", len(rows)])
    return out.getvalue()


def _section(
    write: Callable[[list[Any]], Any],
    rows: list[tuple[Any, ...]],
    zone: str,
    span: tuple[datetime, datetime],
) -> None:
    start, end = span
    ends = [_local(start, zone), _local(end - timedelta(seconds=1), zone)]
    write(["SH", *ends, PAYER_ACCOUNT_ID, ""])
    write(["CH", *COLUMNS])
    for currency, id_, invoice, reference, code, at, amount, fee, custom, _ in rows:
        moment = _local(at, zone)
        took = ("DR" if fee > 0 else "CR") if fee else ""
        write(
            ["SB", id_, invoice or "", reference or "", "TXN" if reference else "", code, moment, moment,
             "CR" if amount >= 0 else "DR", abs(amount), currency, took, abs(fee) if fee else "",
             currency if fee else "", custom or "", "", "", "", "", "", "", ""]
        )  # fmt: skip
    opening = rows[0][9] - (rows[0][6] - rows[0][7])
    write(["SF", rows[0][0], *_totals(rows), "CR" if opening >= 0 else "DR", abs(opening),
           "CR" if rows[-1][9] >= 0 else "DR", abs(rows[-1][9])])  # fmt: skip
    write(["SC", len(rows)])


def _totals(rows: list[tuple[Any, ...]]) -> list[int]:
    """Gross credits and debits, fee credits and debits."""
    return [
        sum(row[6] for row in rows if row[6] > 0),
        -sum(row[6] for row in rows if row[6] < 0),
        -sum(row[7] for row in rows if row[7] < 0),
        sum(row[7] for row in rows if row[7] > 0),
    ]


def _days(zone: str, now: datetime) -> list[tuple[date, datetime]]:
    """The days whose files are there, each with when it was made (UTC)."""
    today = now.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()
    days = [today - timedelta(days=n) for n in range(KEPT_DAYS, 0, -1)]
    made = [
        (day, _utc(day + timedelta(days=1), zone) + timedelta(hours=TOLD_HOURS)) for day in days
    ]
    return [(day, at) for day, at in made if at <= now]


def _utc(day: date, zone: str) -> datetime:
    local = datetime.combine(day, datetime.min.time(), ZoneInfo(zone))
    return local.astimezone(UTC).replace(tzinfo=None)


def _local(at: datetime, zone: str) -> str:
    return at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).strftime("%Y/%m/%d %H:%M:%S %z")
