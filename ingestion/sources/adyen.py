"""Adyen's reports and webhooks -> ``raw_adyen``.

Grain:    settlement_lines: one row per version of a line of a settlement details report, keyed (account,
          batch_number, line_id). accounting_lines: of a payments accounting report, keyed (account,
          report_date, line_id). notifications: one per webhook item, keyed (account, psp_reference,
          event_code, success).
Cursor:   the greatest batch number and the newest day read; numbers and days below that weren't there
          yet are kept and asked for again (``adyen_reports``).
Gotchas:  a report has no list and no line ids: the next batch is asked for until none is there, a line is
          known by its type and reference, and repeats inside one report are numbered. Columns come in any
          order, and newer layouts have more of them. Moments are in the report's own zone, named on each
          line. A batch that Adyen sends again under another number is another batch here. A report has no
          row count either: one whose last line is cut short is refused. In a webhook ``success`` is a
          string, and a refund with 'false' is none; amounts there are minor units, with four currencies
          of Adyen's own exponent.
Source:   docs.adyen.com: settlement details report, payments accounting report, journal types, currency
          codes, verify HMAC signatures.
"""

from collections.abc import Iterator

import pyarrow as pa

from ingestion import adyen_reports
from ingestion.adyen_lines import UNWANTED
from ingestion.adyen_reports import OVERLAP, batches, days
from ingestion.request import Request
from ingestion.tables import Table, columns
from ingestion.types import bigint, date, money, rate, text, timestamp

SETTLEMENT_LINES = Table(
    "settlement_lines",
    key=("batch_number", "line_id"),
    created="created_at",
    amount="net_credit_nc",
    columns=columns(
        (bigint, "batch_number"),
        (text, "line_id report company_account merchant_account psp_reference"),
        (text, "merchant_reference payment_method creation_date timezone type"),
        (text, "modification_reference gross_currency"),
        (money, "gross_debit_gc gross_credit_gc"),
        (rate, "exchange_rate"),
        (text, "net_currency"),
        (money, "net_debit_nc net_credit_nc"),
        (money, "commission_nc markup_nc scheme_fees_nc interchange_nc"),
        (text, "payment_method_variant modification_merchant_reference"),
        (timestamp, "created_at booked_at"),
    ),
    ignored=UNWANTED,
)

ACCOUNTING_LINES = Table(
    "accounting_lines",
    key=("report_date", "line_id"),
    created="booked_at",
    amount="main_amount",
    columns=columns(
        (date, "report_date"),
        (text, "line_id report company_account merchant_account psp_reference"),
        (text, "merchant_reference payment_method booking_date timezone main_currency"),
        (money, "main_amount"),
        (text, "record_type payment_currency"),
        (money, "received_pc authorised_pc captured_pc"),
        (text, "settlement_currency"),
        (money, "payable_sc commission_sc markup_sc scheme_fees_sc interchange_sc"),
        (text, "processing_fee_currency"),
        (money, "processing_fee_fc"),
        (text, "payment_method_variant modification_psp_reference"),
        (text, "modification_merchant_reference"),
        (timestamp, "booked_at"),
    ),
    ignored=UNWANTED,
)

NOTIFICATIONS = Table(
    "notifications",
    key=("psp_reference", "event_code", "success"),
    created="eventDate",
    columns=columns(
        (text, "pspReference originalReference merchantAccountCode merchantReference eventCode"),
        (text, "success paymentMethod reason"),
        (bigint, "amount.value"),
        (text, "amount.currency"),
        (timestamp, "eventDate additionalData.defensePeriodEndsAt"),
    ),
    ignored=frozenset({"additionalData.*", "operations"}),
)

TABLES = (SETTLEMENT_LINES, ACCOUNTING_LINES, NOTIFICATIONS)
OVERLAPS = {ACCOUNTING_LINES.name: OVERLAP}
NO_SWEEP = "its reports never change; a batch that was not there yet is asked for again by itself"
NO_WINDOW = "its reports go by batch numbers, not by when something was created"

REPORTS = (batches(SETTLEMENT_LINES), days(ACCOUNTING_LINES))


def extract(request: Request) -> Iterator[tuple[str, pa.Table]]:
    """Every report that wasn't read yet; webhooks bring the notifications."""
    return adyen_reports.extract(request, REPORTS)
