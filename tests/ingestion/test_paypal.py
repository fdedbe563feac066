"""PayPal: windows that fit, pages that are counted, three hours late, reports that are whole."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.errors import IncompleteLoad
from tests.ingestion.conftest import account_of
from tests.ingestion.extracted import landed
from tests.ingestion.tiny_paypal import TinyPayPal, open_paypal, transaction

REPORT = "STL-20261014.01.009.CSV"
COLUMNS = (
    '"CH","Transaction ID","Transaction Event Code","Transaction Initiation Date",'
    '"Transaction Completion Date","Transaction Debit or Credit","Gross Transaction Amount",'
    '"Gross Transaction Currency","Fee Debit or Credit","Fee Amount","Fee Currency"'
)
LINES = [
    '"RH","2026/10/15 08:00:00 +0000","A","ACCT","009"',
    '"FH","01"',
    '"SH","2026/10/14 00:00:00 +0200","2026/10/14 23:59:59 +0200","ACCT",""',
    COLUMNS,
    '"SB","1E5","T0006","2026/10/14 10:00:00 +0200","2026/10/14 10:00:00 +0200","CR",1000,"EUR","DR",60,"EUR"',
    '"SF","EUR",1000,0,0,60,"CR",0,"CR",940',
    '"SC",1',
    '"RF","EUR",1000,0,0,60',
    '"RC",1',
    '"FF",1',
]


@pytest.fixture
def paypal(monkeypatch: pytest.MonkeyPatch) -> Iterator[TinyPayPal]:
    monkeypatch.setenv("TINY_SECRET", "id:secret")
    with open_paypal(TinyPayPal()) as opened:
        yield opened


def load(paypal: TinyPayPal, work: Path, cursors: dict | None = None) -> dict[str, list[dict]]:
    account = account_of(paypal.base_url, "paypal-tiny", "paypal")
    return landed(replace(account, history_from=date(2026, 8, 1)), work, cursors)


def test_windows_are_31_days_and_ids_stay_text(paypal: TinyPayPal, tmp_path: Path):
    paypal.transactions = [transaction(n, f"2026-09-0{n}") for n in (1, 2, 3, 4, 5)]
    cursors: dict[str, str] = {}
    rows = load(paypal, tmp_path, cursors)["transactions"]
    assert sorted(row["transaction_info__transaction_id"] for row in rows) == [
        f"{n}E5" for n in range(1, 6)
    ]
    assert dict(paypal.asked) == {
        "2026-08-01T00:00:00Z": "2026-08-31T23:59:59Z",
        "2026-09-01T00:00:00Z": "2026-10-01T23:59:59Z",
        "2026-10-02T00:00:00Z": paypal.asked[-1][1],
    }
    assert cursors["transactions"] == "2026-10-15T03:00:00", "no further than PayPal has published"
    assert paypal.tokens == 1


def test_too_much_at_once_is_asked_for_in_halves(paypal: TinyPayPal, tmp_path: Path):
    paypal.transactions = [transaction(n, f"2026-09-0{n}") for n in (1, 2, 3, 4, 5)]
    paypal.most = 2
    assert len(load(paypal, tmp_path)["transactions"]) == 5


def test_a_page_that_lost_a_row_is_read_again_and_then_refused(paypal: TinyPayPal, tmp_path: Path):
    paypal.transactions = [transaction(n, "2026-09-01") for n in (1, 2, 3)]
    paypal.lost = 1
    assert len(load(paypal, tmp_path / "1")["transactions"]) == 3
    paypal.lost = 100
    with pytest.raises(IncompleteLoad, match="transactions: 1 came of 3 promised"):
        load(paypal, tmp_path / "2")


def test_what_was_pending_is_read_again_until_it_ends(paypal: TinyPayPal, tmp_path: Path):
    paypal.transactions = [transaction(1, "2026-08-05", transaction_status="P")]
    cursors: dict[str, str] = {}
    load(paypal, tmp_path / "1", cursors)
    paypal.transactions = [transaction(1, "2026-08-05")]
    (row,) = load(paypal, tmp_path / "2", cursors)["transactions"]
    assert row["transaction_info__transaction_status"] == "S"
    assert "transactions" not in load(paypal, tmp_path / "3", cursors)


def test_an_amount_with_too_many_places_is_a_dead_letter(paypal: TinyPayPal, tmp_path: Path):
    paypal.transactions = [transaction(1, "2026-09-01", "10.005")]
    (letter,) = load(paypal, tmp_path)["dead_letters"]
    assert "'10.005 (EUR has 2 decimal places)' is not decimal(38,4)" in letter["reason"]


def test_a_dispute_is_read_whole_with_the_payment_it_is_about(paypal: TinyPayPal, tmp_path: Path):
    paypal.disputes = [
        {
            "dispute_id": "PP-D-1",
            "update_time": "2026-10-01T10:00:00.000Z",
            "dispute_amount": {"currency_code": "EUR", "value": "10.00"},
            "disputed_transactions": [{"seller_transaction_id": "1E5"}],
        }
    ]
    (row,) = load(paypal, tmp_path)["disputes"]
    assert (row["seller_transaction_id"], row["dispute_amount__value"]) == (
        "1E5",
        Decimal("10.0000"),
    )


def test_a_settlement_report_has_signs_and_balances(paypal: TinyPayPal, tmp_path: Path):
    paypal.reports = {REPORT: "\n".join(LINES) + "\n"}
    found = load(paypal, tmp_path)
    (line,), (section,) = found["settlement_lines"], found["settlement_sections"]
    assert (line["gross_transaction_amount"], line["fee_debit_or_credit"]) == (1000, "DR")
    assert line["transaction_completion_date"] == datetime(2026, 10, 14, 8)
    assert (section["report_date"], section["ending_available_balance"]) == (
        date(2026, 10, 14),
        940,
    )


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (LINES[:-1], "its last row is RC, not FF"),
        ([*LINES[:4], *LINES[5:]], "0 rows of 1 promised"),
    ],
)
def test_half_a_settlement_report_is_refused(
    paypal: TinyPayPal, tmp_path: Path, kept: list[str], said: str
):
    paypal.reports = {REPORT: "\n".join(kept) + "\n"}
    with pytest.raises(IncompleteLoad, match=f"{REPORT} was cut short: {said}"):
        load(paypal, tmp_path)
