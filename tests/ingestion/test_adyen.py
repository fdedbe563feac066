"""Adyen's reports: columns by name, moments of their own zone, a batch twice, half a file, a report to come."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion import failures
from ingestion.adyen_reports import State
from ingestion.errors import IncompleteLoad, VendorError
from tests.ingestion.conftest import Warehouse
from tests.ingestion.extracted import account_at, landed

HEADER = [
    *(
        "Merchant Account",
        "Psp Reference",
        "Merchant Reference",
        "Creation Date",
        "TimeZone",
        "Type",
    ),
    *("Modification Reference", "Gross Currency", "Gross Debit (GC)", "Gross Credit (GC)"),
    *("Net Currency", "Net Debit (NC)", "Net Credit (NC)", "Markup (NC)", "Batch Number"),
]
SETTLED = {
    "Merchant Account": "Tiny",
    "Psp Reference": "8815",
    "Merchant Reference": "#1",
    "Type": "Settled",
    "Creation Date": "2026-07-01 00:30:00",
    "TimeZone": "CEST",
    "Modification Reference": "9915",
    "Gross Currency": "EUR",
    "Gross Credit (GC)": "10.00",
    "Net Currency": "EUR",
    "Net Credit (NC)": "9.80",
    "Markup (NC)": "0.20",
    "Batch Number": "1",
}


def report(*lines: dict[str, str], header: list[str] = HEADER) -> str:
    rows = [",".join(header), *(",".join(line.get(name, "") for name in header) for line in lines)]
    return "\n".join(rows) + "\n"


def batch(folder: Path, number: int, content: str) -> None:
    (folder / f"settlement_detail_report_batch_{number}.csv").write_text(content)


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    (folder := tmp_path / "drop").mkdir()
    return folder


def lines(drop: Path, tmp_path: Path, cursors: dict | None = None) -> list[dict]:
    account = account_at(drop, "adyen", "merchant")
    return landed(account, tmp_path / "work", cursors).get("settlement_lines", [])


def test_columns_are_read_by_name_in_any_order_and_moments_in_the_reports_zone(
    drop: Path, tmp_path: Path
):
    batch(drop, 1, report(SETTLED))
    batch(drop, 2, report(SETTLED | {"Batch Number": "2"}, header=[*reversed(HEADER), "News"]))
    first, second = sorted(lines(drop, tmp_path), key=lambda line: line["batch_number"])
    assert (first["created_at"], first["net_credit_nc"], first["line_id"]) == (
        datetime(2026, 6, 30, 22, 30),
        Decimal("9.8000"),
        "Settled:9915",
    )
    told = {"batch_number", "report", "_extra", "_version_hash", "_received_at"}
    assert {k: v for k, v in first.items() if k not in told} == {
        k: v for k, v in second.items() if k not in told
    }
    assert second["_extra"] is None, "an empty column is no news"


def test_a_batch_that_was_not_there_yet_is_asked_for_again(drop: Path, tmp_path: Path):
    cursors: dict[str, str] = {}
    batch(drop, 1, report(SETTLED))
    batch(drop, 3, report(SETTLED | {"Batch Number": "3"}))
    assert [line["batch_number"] for line in lines(drop, tmp_path, cursors)] == [1, 3]
    assert State.of(cursors["settlement_lines"]) == State("3", ("2",))
    batch(drop, 2, report(SETTLED | {"Batch Number": "2"}))
    assert [line["batch_number"] for line in lines(drop, tmp_path, cursors)] == [2]
    assert cursors["settlement_lines"] == "3"


def test_a_line_that_repeats_inside_a_batch_keeps_its_id_in_any_order(drop: Path, tmp_path: Path):
    other = SETTLED | {"Net Credit (NC)": "7.80"}
    batch(drop, 1, report(SETTLED, other, header=HEADER))
    batch(drop, 2, report(*({**line, "Batch Number": "2"} for line in (other, SETTLED))))
    ids = {
        (line["batch_number"], line["line_id"]): line["net_credit_nc"]
        for line in lines(drop, tmp_path)
    }
    assert ids[1, "Settled:9915"] == ids[2, "Settled:9915"]
    assert ids[1, "Settled:9915:2"] == ids[2, "Settled:9915:2"]


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        (report(SETTLED)[:-1], "its last line has no end"),
        (report(SETTLED).rpartition(",")[0] + "\n", r"line 2 has 14 of 15 fields"),
    ],
)
def test_half_a_report_is_refused(drop: Path, tmp_path: Path, cut: str, said: str):
    batch(drop, 1, cut)
    with pytest.raises(IncompleteLoad, match=f"batch_1.csv: the file was cut short: {said}"):
        lines(drop, tmp_path)


def test_a_later_report_that_is_refused_is_on_record(drop: Path, warehouse: Warehouse):
    account = account_at(drop, "adyen", "merchant")
    batch(drop, 1, report(SETTLED))
    warehouse.load(account)
    batch(drop, 2, report(SETTLED)[:-1])
    with pytest.raises(IncompleteLoad, match="batch_2"):
        warehouse.load(account)
    failures.land(account, warehouse.workdir, warehouse.path)
    assert warehouse.query(
        "select distinct window_start, status from raw_adyen.load_completeness"
        " where status <> 'complete'"
    ) == [(None, "incomplete")]


def test_a_page_that_is_no_report_is_refused(drop: Path, tmp_path: Path):
    batch(drop, 1, "<html>maintenance</html>\n")
    with pytest.raises(VendorError, match=r"no column creation_date.*begins '<html>"):
        lines(drop, tmp_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"Net Credit (NC)": "9.805"}, "'9.805 (EUR has 2 decimal places)' is not decimal(38,4)"),
        ({"Net Currency": "EUX"}, "'9.80 ('EUX' is no ISO 4217 currency in use)' is not decimal"),
        ({"TimeZone": "CST"}, "created_at: '2026-07-01 00:30:00 CST' is not timestamp"),
    ],
)
def test_a_line_that_cannot_be_right_is_a_dead_letter(
    drop: Path, tmp_path: Path, change: dict, said: str
):
    batch(drop, 1, report(SETTLED | change))
    found = landed(account_at(drop, "adyen", "merchant"), tmp_path / "work")
    (letter,) = found["dead_letters"]
    assert "settlement_lines" not in found
    assert said in letter["reason"]


def test_a_negative_zero_is_nothing(drop: Path, tmp_path: Path):
    batch(drop, 1, report(SETTLED | {"Net Credit (NC)": "-0.00"}))
    (line,) = lines(drop, tmp_path)
    assert str(line["net_credit_nc"]) == "0.0000"


def test_accounting_reports_are_read_day_by_day(drop: Path, tmp_path: Path):
    header = [
        "Psp Reference",
        "Booking Date",
        "TimeZone",
        "Main Amount",
        "Record Type",
        "Received (PC)",
    ]
    line = ["8815", "2026-10-13 10:00:00", "Europe/Amsterdam", "10.00", "Received", "10.00"]
    day = drop / "payments_accounting_report_2026_10_13.csv"
    day.write_text(",".join(header) + "\n" + ",".join(line) + "\n")
    account = account_at(drop, "adyen", "merchant")
    found = landed(
        account.__class__(**{**account.__dict__, "history_from": date(2026, 10, 12)}),
        tmp_path / "work",
    )
    (read,) = found["accounting_lines"]
    assert (read["report_date"], read["booked_at"], read["received_pc"]) == (
        date(2026, 10, 13),
        datetime(2026, 10, 13, 8),
        Decimal("10.0000"),
    )
