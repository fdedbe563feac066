"""How Adyen's report server and PayPal are asked: a request per endpoint, and PayPal's pages."""

import base64
from typing import Any

import httpx

from sandbox.serve import Served
from tests.sandbox.asked import Asked

SPAN = {"start_date": "2026-09-01T00:00:00Z", "end_date": "2026-09-30T00:00:00Z"}


def basic(secret: str) -> str:
    return f"Basic {base64.b64encode(secret.encode()).decode()}"


def token_of(served: Served) -> str:
    """An access token of the account's app, as its first request asks for one."""
    answer = httpx.post(
        f"{served.base_url}/v1/oauth2/token",
        headers={"Authorization": basic(served.secret or "")},
        data={"grant_type": "client_credentials"},
    )
    return answer.json()["access_token"]


def adyen(endpoint: str) -> Asked:
    name = {
        "settlement_reports": "settlement_detail_report_batch_1.csv",
        "accounting_reports": "payments_accounting_report_2026_10_13.csv",
    }[endpoint]
    return Asked("GET", f"/reports/download/MerchantAccount/NordlichtGmbH/{name}")


def paypal(endpoint: str, page: int = 1) -> Asked:
    paths = {
        "balances": "/v1/reporting/balances",
        "disputes": "/v1/customer/disputes",
        "settlement_files": "/reports/index.csv",
    }
    if endpoint == "access_token":
        form = {"grant_type": "client_credentials"}
        return Asked("POST", "/v1/oauth2/token", data=form)
    if endpoint in paths:
        return Asked("GET", paths[endpoint])

    def next_page(answer: Any) -> Asked | None:
        return paypal(endpoint, page + 1) if page < answer["total_pages"] else None

    return Asked(
        "GET",
        "/v1/reporting/transactions",
        SPAN | {"page_size": "1", "page": str(page)},
        ids=lambda answer: [
            row["transaction_info"]["transaction_id"] for row in answer["transaction_details"]
        ],
        after=next_page,
    )
