"""Which columns a report has, and in which order: both are a setting that people change.

Source: docs.adyen.com (settlement details report, payment accounting report): standard and additional columns.
"""

from datetime import date

_STANDARD = (
    *(
        "Company Account",
        "Merchant Account",
        "Psp Reference",
        "Merchant Reference",
        "Payment Method",
    ),
    *("Creation Date", "TimeZone", "Type", "Modification Reference", "Gross Currency"),
    *("Gross Debit (GC)", "Gross Credit (GC)", "Exchange Rate", "Net Currency", "Net Debit (NC)"),
    *("Net Credit (NC)", "Commission (NC)", "Markup (NC)", "Scheme Fees (NC)", "Interchange (NC)"),
    *("Payment Method Variant", "Modification Merchant Reference", "Batch Number"),
)
_RESERVED = tuple(f"Reserved{number}" for number in range(4, 11))
# Since the migration to the new platform: booking dates, and whoever asked for them moved the batch to the front.
_MIGRATED = (
    *("Batch Number", "Booking Date", "Booking Date TimeZone", *_STANDARD[:-1]),
    *_RESERVED,
)
# Somebody took the reserved columns out and sorted the amounts by what they are.
_TIDIED = (
    *_STANDARD[:9],
    *("Net Currency", "Net Credit (NC)", "Net Debit (NC)", "Gross Currency", "Gross Credit (GC)"),
    *("Gross Debit (GC)", "Exchange Rate", "Interchange (NC)", "Scheme Fees (NC)", "Markup (NC)"),
    *(
        "Commission (NC)",
        "Batch Number",
        "Payment Method Variant",
        "Modification Merchant Reference",
    ),
    *("Booking Date", "Booking Date TimeZone"),
)
_SETTLEMENT = (
    (date(2000, 1, 1), (*_STANDARD, *_RESERVED)),
    (date(2026, 3, 2), _MIGRATED),
    (date(2026, 8, 3), _TIDIED),
)
_ACCOUNTING = (
    *(
        "Company Account",
        "Merchant Account",
        "Psp Reference",
        "Merchant Reference",
        "Payment Method",
    ),
    *(
        "Booking Date",
        "TimeZone",
        "Main Currency",
        "Main Amount",
        "Record Type",
        "Payment Currency",
    ),
    *("Received (PC)", "Authorised (PC)", "Captured (PC)", "Settlement Currency", "Payable (SC)"),
    *("Commission (SC)", "Markup (SC)", "Scheme Fees (SC)", "Interchange (SC)"),
    *("Processing Fee Currency", "Processing Fee (FC)", "User Name", "Payment Method Variant"),
    "Modification Merchant Reference",
)


def settlement_columns(day: date) -> tuple[str, ...]:
    """The settlement report's columns as they were set on a day."""
    return [columns for since, columns in _SETTLEMENT if since <= day][-1]


def accounting_columns(day: date) -> tuple[str, ...]:
    """The accounting report's: the additional one stood at the end first, and later beside the reference."""
    extra = "Modification Psp Reference"
    if day < date(2026, 5, 1):
        return (*_ACCOUNTING, extra)
    return (*_ACCOUNTING[:3], extra, *_ACCOUNTING[3:])
