"""Adyen's reports over HTTP: what a report user gets, and that a batch is its lines to the minor unit."""

import re
from collections import Counter
from decimal import Decimal

import httpx
import pytest

from sandbox.adyen.layouts import settlement_columns
from sandbox.adyen.server import folder
from sandbox.serve import Served
from sandbox.world import World
from tests.sandbox.payments_client import Rows, adyen_client, batches, net, report

GMBH, KK = "NordlichtGmbH", "NordlichtKK"


@pytest.fixture(scope="module")
def gmbh(group: dict[str, Served]) -> httpx.Client:
    return adyen_client(group["adyen-gmbh"])


@pytest.fixture(scope="module")
def settled(gmbh: httpx.Client) -> list[Rows]:
    return batches(gmbh, GMBH)


def test_a_batch_comes_to_zero_but_for_what_one_payout_hides(settled: list[Rows]):
    sums = [sum(map(net, rows), Decimal(0)) for rows in settled]
    assert Counter(map(bool, sums)).most_common(1)[0][0] is False
    assert {total for total in sums if total} <= {Decimal("1.50")}
    assert all(row["Batch Number"] == str(n) for n, rows in enumerate(settled, 1) for row in rows)


def test_gross_less_the_fee_parts_is_net(settled: list[Rows]):
    parts = ("Commission (NC)", "Markup (NC)", "Scheme Fees (NC)", "Interchange (NC)")
    charged = [row for rows in settled for row in rows if row["Type"] == "Settled"]
    assert charged
    for row in charged:
        fees = sum((Decimal(row[part] or 0) for part in parts), Decimal(0))
        assert Decimal(row["Gross Credit (GC)"]) - fees == net(row), row
        # A blended contract has a commission; a card's parts are told one by one.
        assert bool(row["Commission (NC)"]) != bool(row["Interchange (NC)"])


def test_a_report_sent_twice_has_another_number_and_the_same_lines(settled: list[Rows]):
    known = Counter(
        (row["Type"], row["Modification Reference"]) for rows in settled for row in rows
    )
    twice = {key for key, count in known.items() if count == 2}
    assert max(known.values()) == 2
    numbers = {
        row["Batch Number"]
        for rows in settled
        for row in rows
        if (row["Type"], row["Modification Reference"]) in twice
    }
    assert len(numbers) == 2
    first, second = sorted(map(int, numbers))
    assert second == first + 1
    assert [{**row, "Batch Number": ""} for row in settled[first - 1]] == [
        {**row, "Batch Number": ""} for row in settled[second - 1]
    ]


def test_columns_change_their_order_and_number_over_time(gmbh: httpx.Client, world_batches: dict):
    for number, closes_on in world_batches.items():
        answer = gmbh.get(f"{folder('adyen-gmbh')}/settlement_detail_report_batch_{number}.csv")
        assert answer.text.splitlines()[0] == ",".join(settlement_columns(closes_on))
    assert len({settlement_columns(day) for day in world_batches.values()}) >= 2


@pytest.fixture
def world_batches(small_world: World) -> dict:
    return dict(
        small_world.con.execute(
            "select number, cast(closes_at as date) from truth.adyen_batches"
            " where account = 'adyen-gmbh'"
        ).fetchall()
    )


def test_a_days_events_come_in_the_accounts_own_zone(group: dict[str, Served], small_world: World):
    told = small_world.con.cursor().execute(
        "select account, min(_day), max(_day) from"
        " (select _account as account, _day from adyen.accounting_lines) group by 1"
    )
    spans = {account: (first, last) for account, first, last in told.fetchall()}
    for account, merchant in (("adyen-gmbh", GMBH), ("adyen-kk", KK)):
        client = adyen_client(group[account])
        for day in spans[account]:
            rows = report(client, merchant, f"payments_accounting_report_{day:%Y_%m_%d}.csv")
            assert rows
            assert all(row["Booking Date"].startswith(f"{day}") for row in rows)
            assert {row["TimeZone"] for row in rows} <= {"CET", "CEST", "JST"}
            assert all(re.fullmatch(r"[A-Z0-9]{16}", row["Psp Reference"]) for row in rows)


def test_yen_have_no_decimals_and_euros_two(group: dict[str, Served], settled: list[Rows]):
    yen = [row for rows in batches(adyen_client(group["adyen-kk"]), KK) for row in rows]
    assert yen
    assert all(str(net(row)).lstrip("-").isdecimal() for row in yen)
    assert all(
        re.fullmatch(r"(\d+\.\d\d)?", row[f"Net {side} (NC)"])
        for rows in settled
        for row in rows
        for side in ("Debit", "Credit")
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{GMBH}/settlement_detail_report_batch_9999.csv", 404),
        (f"{GMBH}/payments_accounting_report_2026_10_15.csv", 404),  # its day isn't over
        (f"{GMBH}/payments_accounting_report_2026_02_30.csv", 404),
        (f"{GMBH}/payments_accounting_report_2020_01_01.csv", 404),
        (f"{GMBH}/settlement_detail_report_batch_1.csv", 200),
        (f"{KK}/settlement_detail_report_batch_1.csv", 403),  # another account's merchant
    ],
)
def test_what_there_is_not_is_not_found(gmbh: httpx.Client, path: str, status: int):
    assert gmbh.get(f"/reports/download/MerchantAccount/{path}").status_code == status


def test_a_report_user_needs_the_password(group: dict[str, Served]):
    served = group["adyen-gmbh"]
    url = f"{served.base_url}{folder('adyen-gmbh')}/settlement_detail_report_batch_1.csv"
    assert httpx.get(url).status_code == 401
    assert httpx.get(url, auth=("report@Company.Nordlicht", "guess")).status_code == 401
