"""The banks' folders as their servers give them: camt.053 in three versions, CSV with its own dates."""

import csv
import io
import re
import xml.etree.ElementTree as ET
from decimal import Decimal

import httpx
import pytest

from sandbox.world import World

FILES = ["camt053-2026-W05.xml", "camt053-2026-W15.xml", "camt053-20260928.xml"]
MONEY_IN = {"CRDT": 1, "DBIT": -1}


def fetch(group: dict, account: str, name: str, secret: str | None = None) -> httpx.Response:
    served = group[account]
    given = served.secret if secret is None else secret
    headers = {"Authorization": f"Bearer {given}"}
    return httpx.get(f"{served.base_url}/statements/{name}", headers=headers, timeout=60)


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))


def camt(group: dict, name: str) -> tuple[str, ET.Element]:
    """The version of a file, and its tree without namespaces."""
    text = fetch(group, "bank-gmbh", name).text
    found = re.search(r'xmlns="urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.(\d\d)"', text)
    assert found, text[:200]
    return found[1], ET.fromstring(text.replace(found[0], ""))


def signed(node: ET.Element) -> Decimal:
    return Decimal(node.findtext("Amt", "")) * MONEY_IN[node.findtext("CdtDbtInd", "")]


def test_the_folder_opens_to_its_secret_only(group: dict):
    assert fetch(group, "bank-gmbh", "index.csv", "wrong").status_code == 401
    assert fetch(group, "bank-gmbh", "none.xml").status_code == 404


@pytest.mark.parametrize("account", ["bank-gmbh", "bank-kk"])
def test_the_index_tells_each_file_s_size(group: dict, account: str):
    listed = table(fetch(group, account, "index.csv").text)
    last = listed[-1]
    assert len(fetch(group, account, last["name"]).content) == int(last["size"])
    assert [row["name"] for row in listed] == sorted(row["name"] for row in listed)


def test_one_week_came_twice_under_two_names(group: dict):
    listed = [row["name"] for row in table(fetch(group, "bank-gmbh", "index.csv").text)]
    (again,) = [name for name in listed if name.endswith("-again.xml")]
    first = again.replace("-again", "")
    same = [fetch(group, "bank-gmbh", name).content for name in (first, again)]
    assert same[0] == same[1]


@pytest.mark.parametrize(("name", "version"), zip(FILES, ("02", "04", "08"), strict=True))
def test_a_statement_s_balances_differ_by_its_entries(group: dict, name: str, version: str):
    given, root = camt(group, name)
    assert given == version
    statements = root.findall("BkToCstmrStmt/Stmt")
    assert statements
    for statement in statements:
        opening, closing = (signed(balance) for balance in statement.findall("Bal"))
        entries = statement.findall("Ntry")
        assert closing - opening == sum(signed(entry) for entry in entries)
        for entry in entries:
            details = entry.findall("NtryDtls/TxDtls")
            parts = [Decimal(part.findtext("AmtDtls/TxAmt/Amt", "")) for part in details]
            assert sum(parts) == Decimal(entry.findtext("Amt", ""))
            assert entry.findtext("NtryDtls/Btch/NbOfTxs") == (
                str(len(details)) if len(details) > 1 else None
            )


def test_the_files_hold_every_line_that_was_booked_in_their_days(group: dict, small_world: World):
    _, root = camt(group, FILES[2])
    told = [entry.findtext("AcctSvcrRef", "") for entry in root.iter("Ntry")]
    booked = small_world.con.execute(
        """select distinct entry_reference from truth.bank_booked
        where bank = 'bank-gmbh' and booked_on = timestamp '2026-09-28'"""
    ).fetchall()
    assert sorted(told) == sorted(reference for (reference,) in booked)


def test_the_japanese_bank_writes_dates_and_thousands_its_own_way(group: dict, small_world: World):
    listed = table(fetch(group, "bank-kk", "index.csv").text)
    lines = [line for row in listed for line in table(fetch(group, "bank-kk", row["name"]).text)]
    told = {
        line["Bank reference"]: int((line["Credit"] or f"-{line['Debit']}").replace(",", ""))
        for line in lines
    }
    booked = small_world.con.execute(
        "select entry_id, amount from truth.bank_booked where bank = 'bank-kk'"
    ).fetchall()
    assert told == dict(booked)
    assert all(re.fullmatch(r"\d{4}/\d\d/\d\d", line["Booking date"]) for line in lines)
