"""PayPal's API and settlement files over HTTP: spans, pages, lag, balances, and that both tell the same."""

import csv
import io
from collections import defaultdict
from decimal import Decimal

import httpx
import pytest

from sandbox.serve import Served
from sandbox.world import World
from tests.sandbox.asking_payments import SPAN
from tests.sandbox.payments_client import paypal_client, transactions


@pytest.fixture(scope="module")
def client(group: dict[str, Served]) -> httpx.Client:
    return paypal_client(group["paypal-gmbh"])


def value(info: dict, name: str) -> Decimal:
    return Decimal(info[name]["value"]) if name in info else Decimal(0)


def test_balances_follow_from_the_transactions(client: httpx.Client, small_world: World):
    # 31 days at most in one question, so a year is asked for month by month.
    ends = [f"2026-{month:02}-01T00:00:00Z" for month in range(1, 11)]
    ends = ["2025-10-01T00:00:00Z", "2025-11-01T00:00:00Z", "2025-12-01T00:00:00Z", *ends]
    spans = zip(ends, [*ends[1:], "2026-10-16T00:00:00Z"], strict=True)
    found = {
        info["transaction_id"]: info
        for start, end in spans
        for info in transactions(client, start_date=start, end_date=end, page_size="500")
    }
    assert len(found) == len(
        small_world.con.cursor()
        .execute("select id from paypal.transactions where _is_booked and _at >= '2025-10-01'")
        .fetchall()
    )
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for info in found.values():
        currency = info["transaction_amount"]["currency_code"]
        sums[currency] += value(info, "transaction_amount") + value(info, "fee_amount")
        assert "fee_amount" not in info or info["fee_amount"]["currency_code"] == currency
    shown = client.get("/v1/reporting/balances").json()["balances"]
    assert {b["currency"]: Decimal(b["available_balance"]["value"]) for b in shown} == {
        **dict.fromkeys(("EUR", "USD", "GBP"), Decimal(0)),
        **sums,
    }
    codes = {info["transaction_event_code"] for info in found.values()}
    assert codes >= {"T0006", "T0200", "T0400", "T1107", "T2103", "T1101", "T0300"}
    assert any(id_.startswith("1E5") and id_.replace("E", "").isdigit() for id_ in found)


def test_what_is_younger_than_three_hours_is_not_known_yet(client: httpx.Client):
    answer = client.get("/v1/reporting/transactions", params=SPAN).json()
    assert answer["last_refreshed_datetime"] == "2026-10-15T03:00:00+0000"
    late = {"start_date": "2026-10-15T03:00:01Z", "end_date": "2026-10-15T06:00:00Z"}
    assert client.get("/v1/reporting/transactions", params=late).json()["total_items"] == 0


@pytest.mark.parametrize(
    ("asked", "issue"),
    [
        ({"end_date": "2026-10-03T00:00:01Z"}, "Date range is greater than 31 days"),
        ({"start_date": "yesterday"}, "Invalid date format."),
        ({"start_date": "2026-09-02T00:00:00"}, "Date has no time zone offset."),
        ({"page_size": "501"}, "Value is invalid: 1 to 500."),
        ({"end_date": "2026-08-01T00:00:00Z"}, "End date is before start date."),
    ],
)
def test_a_question_that_is_wrong_is_told_what_about(client: httpx.Client, asked: dict, issue: str):
    answer = client.get("/v1/reporting/transactions", params=SPAN | asked)
    assert (answer.status_code, answer.json()["name"]) == (400, "INVALID_REQUEST")
    assert answer.json()["details"][0]["issue"] == issue


def test_authorisations_touch_no_balance_and_are_shown_only_when_asked_for(client: httpx.Client):
    span = {"start_date": "2026-07-01T00:00:00Z", "end_date": "2026-07-31T00:00:00Z"}
    booked = {info["transaction_id"] for info in transactions(client, **span)}
    everything = transactions(client, **span, balance_affecting_records_only="N")
    others = [info for info in everything if info["transaction_id"] not in booked]
    assert booked <= {info["transaction_id"] for info in everything}
    assert {info["transaction_event_code"] for info in others} <= {"T1300", "T1107"}
    assert all("ending_balance" not in info for info in others)


def test_a_settlement_file_tells_what_the_api_tells(client: httpx.Client):
    index = list(csv.DictReader(io.StringIO(client.get("/reports/index.csv").text)))
    assert len(index) == 45 - 1  # the last one is made twelve hours after its day is over
    largest = max(index, key=lambda row: int(row["size"]))
    text = client.get(f"/reports/{largest['name']}").text
    assert len(text) == int(largest["size"])
    rows = list(csv.reader(io.StringIO(text)))
    header = next(row for row in rows if row[0] == "CH")
    lines = [dict(zip(header, row, strict=True)) for row in rows if row[0] == "SB"]
    assert lines
    assert [row for row in rows if row[0] == "RC"] == [["RC", str(len(lines))]]
    day = largest["name"][4:12]
    known = {
        info["transaction_id"]: info
        for info in transactions(
            client,
            start_date=f"{day[:4]}-{day[4:6]}-{day[6:]}T00:00:00+02:00",
            end_date=f"{day[:4]}-{day[4:6]}-{day[6:]}T23:59:59+02:00",
        )
    }
    assert {line["Transaction ID"] for line in lines} == set(known)
    for line in lines:
        info = known[line["Transaction ID"]]
        currency = line["Gross Transaction Currency"]
        sign = {"CR": 1, "DR": -1}[line["Transaction Debit or Credit"]]
        minor = sign * Decimal(line["Gross Transaction Amount"])
        places = 0 if currency == "JPY" else 2
        assert minor.scaleb(-places) == value(info, "transaction_amount")
        assert line["Transaction Event Code"] == info["transaction_event_code"]


def test_only_a_token_opens_it(group: dict[str, Served], client: httpx.Client):
    base = group["paypal-gmbh"].base_url
    assert httpx.get(f"{base}/v1/reporting/balances").status_code == 401
    form = {"grant_type": "client_credentials"}
    refused = httpx.post(f"{base}/v1/oauth2/token", data=form, auth=("id", "secret"))
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert client.get("/reports/STL-20200101.01.009.CSV").status_code == 404
    assert client.get("/v1/customer/disputes/PP-D-1").status_code == 404


def test_disputes_lead_from_page_to_page_and_into_their_transaction(client: httpx.Client):
    found, path = [], "/v1/customer/disputes?page_size=1"
    while path:
        answer = client.get(path).json()
        found += answer["items"]
        path = next((link["href"] for link in answer["links"] if link["rel"] == "next"), "")
    assert len(found) == len({item["dispute_id"] for item in found}) >= 2
    for item in found:
        whole = client.get(f"/v1/customer/disputes/{item['dispute_id']}").json()
        assert whole["disputed_transactions"][0]["seller_transaction_id"]
        assert (item["status"] == "RESOLVED") == ("dispute_outcome" in whole)
