"""Adyen's reports and PayPal's transactions as their readers see them: rows by column name, pages to the end."""

import csv
import io
from decimal import Decimal
from typing import Any

import httpx

from sandbox.serve import Served
from tests.sandbox.asking_payments import SPAN, basic, token_of

Rows = list[dict[str, str]]


def adyen_client(served: Served) -> httpx.Client:
    return httpx.Client(
        base_url=served.base_url, headers={"Authorization": basic(served.secret or "")}, timeout=30
    )


def paypal_client(served: Served) -> httpx.Client:
    token = token_of(served)
    return httpx.Client(
        base_url=served.base_url, headers={"Authorization": f"Bearer {token}"}, timeout=30
    )


def report(client: httpx.Client, merchant: str, name: str) -> Rows | None:
    """The lines of a report, None where there is none."""
    answer = client.get(f"/reports/download/MerchantAccount/{merchant}/{name}")
    if answer.status_code == 404:
        return None
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.text)))


def batches(client: httpx.Client, merchant: str) -> list[Rows]:
    """Every settlement detail report, asked for by number until there is no next one."""
    found: list[Rows] = []
    while (
        rows := report(client, merchant, f"settlement_detail_report_batch_{len(found) + 1}.csv")
    ) is not None:
        found.append(rows)
    return found


def net(row: dict[str, str]) -> Decimal:
    return Decimal(row["Net Credit (NC)"] or 0) - Decimal(row["Net Debit (NC)"] or 0)


def transactions(client: httpx.Client, **asked: str) -> list[dict[str, Any]]:
    """``transaction_info`` of every page; the span is September's unless one is given."""
    found: list[dict[str, Any]] = []
    page = 1
    while True:
        answer = client.get(
            "/v1/reporting/transactions", params=SPAN | asked | {"page": str(page)}
        ).json()
        found += [row["transaction_info"] for row in answer["transaction_details"]]
        if page >= answer["total_pages"]:
            assert len(found) == answer["total_items"]
            return found
        page += 1
