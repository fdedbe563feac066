"""The Japanese bank's statements: one CSV file a month, with a byte order mark and its own dates and commas."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

COLUMNS = (
    *("Booking date", "Value date", "Account", "Currency", "Debit", "Credit", "Balance"),
    *("Bank reference", "Counterparty", "Remittance"),
)


def document(lines: Sequence[dict[str, Any]], money: Callable[[int, str], str]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in lines:
        day, amount = f"{line['booked_on']:%Y/%m/%d}", line["amount"]
        writer.writerow(
            [
                day,
                day,
                line["iban"],
                line["currency"],
                grouped(money(-amount, line["currency"])) if amount < 0 else "",
                grouped(money(amount, line["currency"])) if amount > 0 else "",
                grouped(money(line["balance"], line["currency"])),
                line["entry_id"],
                line["counterparty"],
                line["remittance"],
            ]
        )
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def grouped(amount: str) -> str:
    whole, point, rest = amount.partition(".")
    return f"{int(whole):,}{point}{rest}"
