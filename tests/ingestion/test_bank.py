"""Bank statements: every version of camt.053 and CSV alike, held against their schema, twice adds nothing."""

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.camt_document import Invalid
from ingestion.camt_statements import lines
from ingestion.currencies import CURRENCIES, exponent
from ingestion.errors import IncompleteLoad
from ingestion.request import Request
from ingestion.sources import bank
from tests.ingestion.conftest import HURRIED
from tests.ingestion.extracted import account_at, landed
from tests.ingestion.tiny_statements import batch, document, entry, statement, transaction

SEED = Path(__file__).parents[2] / "dbt_project" / "seeds" / "currencies.csv"
CSV_HEADER = "Booking date,Value date,Account,Currency,Debit,Credit,Balance,Bank reference,Counterparty,Remittance\n"


@pytest.fixture
def drop(tmp_path: Path) -> Callable[..., Path]:
    """Writes files into a folder with its index; gives the folder."""

    def write(files: dict[str, str], short: int = 0) -> Path:
        folder = tmp_path / "drop" / "statements"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "index.csv").open("w") as out:
            out.write("name,updated_at,size\n")
            for name, content in files.items():
                (folder / name).write_text(content)
                out.write(f"{name},2026-10-15T03:00:00Z,{len(content.encode()) + short}\n")
        return folder.parent

    return write


def read(folder: Path, tmp_path: Path, cursors: dict | None = None) -> dict[str, list[dict]]:
    return landed(account_at(folder, "bank", "house-bank"), tmp_path / "work", cursors)


@pytest.mark.parametrize("version", ["02", "04", "08"])
def test_an_entry_of_two_payouts_is_split_alike_in_every_version(
    drop: Callable[..., Path], tmp_path: Path, version: str
):
    parts = batch(
        transaction("4.00", "po_1", version=version), transaction("6.00", "po_2", version=version)
    )
    written = statement("S1", [entry("10.00", "E1", version=version, details=parts)])
    found = read(drop({"a.xml": document(written, version=version)}), tmp_path)
    (booked,) = found["entries"]
    assert (booked["id"], booked["amount"], booked["status"], booked["details_count"]) == (
        *("E1", Decimal("10.0000"), "BOOK", 2),
    )
    assert booked["transaction_code"] == "PMNT/RCDT/ESCT"
    assert [
        (d["position"], d["amount"], d["remittance_text"], d["counterparty_name"])
        for d in sorted(found["entry_details"], key=lambda d: d["position"])
    ] == [(1, Decimal("4.0000"), "po_1", "STRIPE"), (2, Decimal("6.0000"), "po_2", "STRIPE")]
    (told,) = found["statements"]
    assert (told["format"], told["opening_amount"]) == (
        f"camt.053.001.{version}",
        Decimal("100.0000"),
    )


def test_a_reversal_goes_the_way_the_bank_says_and_keeps_whose_money_it_was(
    drop: Callable[..., Path], tmp_path: Path
):
    part = transaction("10.00", "#1001", name="BUYER").replace("CRDT", "DBIT")
    back = entry("10.00", "E2", direction="DBIT", reversal=True, details=batch(part))
    (booked,) = read(drop({"a.xml": document(statement("S1", [back]))}), tmp_path)["entries"]
    assert (booked["amount"], booked["is_reversal"], booked["counterparty_name"]) == (
        *(Decimal("-10.0000"), True, "BUYER"),
    )


def test_several_statements_and_a_file_that_comes_twice_stand_once(
    drop: Callable[..., Path], tmp_path: Path
):
    two = document(statement("S1", [entry("1.00", "E1")]), statement("S2", [entry("2.00", "E2")]))
    found = read(drop({"a.xml": two, "b.xml": two}), tmp_path)
    versions = {(row["id"], row["_version_at"], row["_received_at"]) for row in found["statements"]}
    assert len(versions) == len(found["statements"]) == 4
    newest = max(row["_received_at"] for row in found["entries"])
    current = [row for row in found["entries"] if row["_received_at"] == newest]
    assert sorted(row["id"] for row in current) == ["E1", "E2"]


def test_what_a_load_came_to_is_one_record_though_a_statement_came_twice(
    drop: Callable[..., Path], tmp_path: Path
):
    one = document(statement("S1", [entry("1.00", "E1")]))
    account = account_at(drop({"a.xml": one, "b.xml": one}), "bank", "house-bank")
    request = Request(account, tmp_path / "work", {}, HURRIED)
    for _ in bank.extract(request):
        pass
    (record,) = request.completeness
    assert (record.stream, record.expected, record.landed) == ("statements", 2, 2)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            lambda text: text.replace("<BkTxCd>", "<Bogus/><BkTxCd>"),
            "<Bogus> isn't allowed here in <Ntry>",
        ),
        (
            lambda text: text.replace("<Sts>BOOK</Sts>", ""),
            "<Ntry> without <Sts>, which must be there",
        ),
        (lambda text: text.replace(">1.00<", ">1,00<"), "<Amt> '1,00' is no number"),
        (lambda text: text.replace(' Ccy="EUR">1.00', ">1.00"), "<Amt> without Ccy"),
        (
            lambda text: text.replace("CRDT</CdtDbtInd><Sts", "PLUS</CdtDbtInd><Sts"),
            "is none of CRDT, DBIT",
        ),
        (lambda text: text.replace("053.001.04", "053.001.99"), "known are camt.053.001.02"),
        (lambda text: text[:-30], "no XML"),
        (
            lambda text: text.replace("<Document", "<!DOCTYPE x><Document"),
            "document type declaration",
        ),
    ],
)
def test_a_file_that_breaks_its_schema_is_refused_by_the_rule_it_breaks(
    spoil: Callable[[str], str], said: str
):
    good = document(statement("S1", [entry("1.00", "E1")]))
    assert len(list(lines(good.encode(), "a.xml"))) == 2
    with pytest.raises(Invalid, match=r"line \d+: ") as refused:
        list(lines(spoil(good).encode(), "a.xml"))
    assert said in str(refused.value)


def test_an_invalid_file_is_a_dead_letter_and_stops_no_other(
    drop: Callable[..., Path], tmp_path: Path
):
    files = {"bad.xml": "<Document/>", "good.xml": document(statement("S1", [entry("1.00", "E1")]))}
    found = read(drop(files), tmp_path)
    (letter,) = found["dead_letters"]
    assert (letter["source_id"], letter["owner"]) == ("file:bad.xml", "shop-team")
    assert "a document of no namespace" in letter["reason"]
    assert len(found["entries"]) == 1


def test_a_file_still_being_written_stops_the_load(drop: Callable[..., Path], tmp_path: Path):
    with pytest.raises(IncompleteLoad, match=r"a.xml has \d+ bytes, its index promised \d+"):
        read(drop({"a.xml": document(statement("S1", []))}, short=7), tmp_path)


@pytest.mark.parametrize(
    ("value", "currency", "said"),
    [
        ("1.005", "EUR", "(EUR has 2 decimal places)"),
        ("1.00", "XAU", "'XAU' is no ISO 4217 currency"),
    ],
)
def test_an_amount_its_currency_cannot_have_is_a_dead_letter(
    drop: Callable[..., Path], tmp_path: Path, value: str, currency: str, said: str
):
    odd = entry(value, "E1").replace('Ccy="EUR"', f'Ccy="{currency}"')
    found = read(drop({"a.xml": document(statement("S1", [odd]))}), tmp_path)
    assert said in found["dead_letters"][0]["reason"]
    assert "entries" not in found


def test_a_csv_bank_says_how_it_writes_days_and_amounts(drop: Callable[..., Path], tmp_path: Path):
    rows = (
        '2026/10/02,2026/10/03,0123-4567890,JPY,,"1,234,567","2,000,000",B1,STRIPE,po_1\n'
        '2026/10/03,2026/10/03,0123-4567890,JPY,"1,000",,"1,999,000",B2,RENT,\n'
    )
    found = read(drop({"2026-10.csv": "\ufeff" + CSV_HEADER + rows}), tmp_path)
    assert [
        (row["id"], row["amount"], row["booked_date"].isoformat()) for row in found["entries"]
    ] == [
        ("B1", Decimal("1234567.0000"), "2026-10-02"),
        ("B2", Decimal("-1000.0000"), "2026-10-03"),
    ]


def test_a_csv_of_an_unknown_bank_is_refused(drop: Callable[..., Path], tmp_path: Path):
    found = read(drop({"x.csv": "Date,Amount\n03/04/2026,1\n"}), tmp_path)
    assert "its header 'Date,Amount' is of no bank we know" in found["dead_letters"][0]["reason"]


def test_exponents_are_those_the_models_divide_by():
    with SEED.open() as file:
        seeded = {row["code"]: int(row["exponent"]) for row in csv.DictReader(file)}
    assert {code: exponent(code) for code in CURRENCIES} == {
        code: seeded[code] for code in CURRENCIES
    }
