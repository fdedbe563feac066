"""The lines of Adyen's reports as JSON: by column name, with their own ids and their moments in UTC.

Adyen gives lines no id. One is known by its type and reference; what repeats inside one report is numbered in
the order of its content, so that the order of lines and columns changes nothing.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping

import orjson

from ingestion import csv_files
from ingestion.adyen_zones import utc
from ingestion.currencies import in_currency

UNWANTED = frozenset(
    """booking_date_timezone company shopper_name shopper_email shopper_pan shopper_ip shopper_country
    shopper_reference issuer_name issuer_id issuer_city acquirer acquirer_reference arn user_name
    advancement_code advanced payable_date auth_code card_number additional_type installments issuer_bin
    card_issue_date dcc_markup_nc global_card_brand gratuity_amount surcharge_amount split_settlement
    split_payment_data funds_destination balance_platform_debit invoice_number store terminal_id
    payment_fees_nc original_amount merchant_order_reference reserved1 reserved2 reserved3
    reserved4 reserved5 reserved6 reserved7 reserved8 reserved9 reserved10""".split()  # noqa: SIM905
)
Row = Mapping[str, str | None]


def settlement_lines(text: str, batch: str, report: str, where: str) -> Iterator[bytes]:
    """A settlement details report. A layout without batch numbers has one in its file's name."""
    needed = {"psp_reference", "type", "creation_date", "timezone", "net_currency"}
    needed |= {"modification_reference", "net_debit_nc", "net_credit_nc"}
    rows = list(csv_files.whole_rows(text, needed, f"{where} {report}", column))
    for row, line_id in _known(rows, "type", "modification_reference"):
        zone = row["timezone"]
        added = {
            "batch_number": row.get("batch_number") or batch,
            "line_id": line_id,
            "report": report,
            "created_at": utc(row["creation_date"], zone),
            "booked_at": utc(row.get("booking_date"), row.get("booking_date_timezone") or zone),
        }
        kept: dict[str, str | None] = {
            name: value for name, value in row.items() if value and name != "booking_date"
        }
        for side in ("gross_debit_gc", "gross_credit_gc", "net_debit_nc", "net_credit_nc"):
            kept[side] = in_currency(row.get(side), row.get(f"{side.partition('_')[0]}_currency"))
        yield orjson.dumps(kept | added) + b"\n"


def accounting_lines(text: str, day: str, report: str, where: str) -> Iterator[bytes]:
    """A payments accounting report of one day."""
    needed = {"psp_reference", "record_type", "booking_date", "timezone", "main_amount"}
    rows = list(csv_files.whole_rows(text, needed, f"{where} {report}", column))
    for row, line_id in _known(rows, "record_type", "modification_psp_reference"):
        added = {
            "report_date": day,
            "line_id": line_id,
            "report": report,
            "booked_at": utc(row["booking_date"], row["timezone"]),
        }
        kept = {name: value for name, value in row.items() if value}
        yield orjson.dumps(kept | added) + b"\n"


def column(heading: str) -> str:
    """``Net Debit (NC)`` is net_debit_nc; two spellings of one word are one."""
    name = re.sub(r"[^a-z0-9]+", "_", heading.lower()).strip("_")
    return name.replace("authorized", "authorised")


def _known(
    rows: list[dict[str, str | None]], type_: str, reference: str
) -> Iterator[tuple[Row, str]]:
    """Each line with its id."""
    seen: Counter[str] = Counter()
    for row in sorted(rows, key=lambda row: orjson.dumps(row, option=orjson.OPT_SORT_KEYS)):
        known = f"{row[type_]}:{row.get(reference) or row['psp_reference'] or ''}"
        seen[known] += 1
        yield row, known if seen[known] == 1 else f"{known}:{seen[known]}"
