"""camt.053 as a bank writes it (ISO 20022 BankToCustomerStatement), versions 02, 04 and 08.

A file holds a statement for each account and day with entries; what differs between the versions is where
the status code, a party's name, a transaction's amount and its charges stand.
"""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from itertools import groupby
from typing import Any

SERVICER = "NORDDEHHXXX"
Line = dict[str, Any]


def document(version: str, name: str, lines: Sequence[Line], money: Any) -> bytes:
    """The file ``name``; ``lines`` are ordered by account, day, entry; ``money(minor, currency)`` prints."""
    root = ET.Element("Document", xmlns=f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}")
    body = ET.SubElement(root, "BkToCstmrStmt")
    written = f"{max(line['booked_on'] for line in lines):%Y-%m-%d}T23:30:00Z"
    _tree(body, {"GrpHdr": {"MsgId": f"MSG-{name.split('.')[0]}", "CreDtTm": written}})
    for (iban, day), entries in groupby(lines, lambda line: (line["iban"], line["booked_on"])):
        of_day = list(entries)
        first, last = of_day[0], of_day[-1]
        date = f"{day:%Y-%m-%d}"
        statement = ET.SubElement(body, "Stmt")
        _tree(
            statement,
            {
                "Id": f"{iban[-4:]}-{day:%Y%m%d}",
                "ElctrncSeqNb": f"{day:%Y%j}",
                "CreDtTm": f"{date}T23:30:00Z",
                "FrToDt": {"FrDtTm": f"{date}T00:00:00Z", "ToDtTm": f"{date}T23:59:59Z"},
                "Acct": {
                    "Id": {"IBAN": iban},
                    "Ccy": first["currency"],
                    "Ownr": {"Nm": first["owner"]},
                    "Svcr": {"FinInstnId": {"BICFI" if version != "02" else "BIC": SERVICER}},
                },
            },
        )
        for code, minor in (
            ("OPBD", first["balance"] - first["amount"]),
            ("CLBD", last["balance"]),
        ):
            balance = ET.SubElement(statement, "Bal")
            _tree(balance, {"Tp": {"CdOrPrtry": {"Cd": code}}})
            _amount(balance, "Amt", abs(minor), first["currency"], money)
            _tree(balance, {"CdtDbtInd": _direction(minor), "Dt": {"Dt": date}})
        for _, parts in groupby(of_day, lambda line: line["entry_reference"]):
            _entry(statement, version, list(parts), date, money)
    ET.indent(root, " ")
    return ET.tostring(root, "utf-8", xml_declaration=True) + b"\n"


def _entry(statement: ET.Element, version: str, parts: list[Line], date: str, money: Any) -> None:
    first, total = parts[0], sum(part["amount"] for part in parts)
    entry = ET.SubElement(statement, "Ntry")
    _tree(entry, {"NtryRef": first["entry_reference"].rpartition("-")[2]})
    _amount(entry, "Amt", abs(total), first["currency"], money)
    _tree(entry, {"CdtDbtInd": _direction(total)})
    if first["is_reversal"]:
        _tree(entry, {"RvslInd": "true"})
    domain, family, sub_family = first["code"].split("/")
    _tree(
        entry,
        {
            "Sts": {"Cd": "BOOK"} if version == "08" else "BOOK",
            "BookgDt": {"Dt": date},
            "ValDt": {"Dt": date},
            "AcctSvcrRef": first["entry_reference"],
            "BkTxCd": {"Domn": {"Cd": domain, "Fmly": {"Cd": family, "SubFmlyCd": sub_family}}},
        },
    )
    details = ET.SubElement(entry, "NtryDtls")
    if len(parts) > 1:
        batch = ET.SubElement(details, "Btch")
        _tree(batch, {"NbOfTxs": str(len(parts))})
        _amount(batch, "TtlAmt", abs(total), first["currency"], money)
        _tree(batch, {"CdtDbtInd": _direction(total)})
    for part in parts:
        _transaction(details, version, part, money)


def _transaction(details: ET.Element, version: str, line: Line, money: Any) -> None:
    transaction = ET.SubElement(details, "TxDtls")
    _tree(transaction, {"Refs": {"EndToEndId": line["end_to_end_id"] or "NOTPROVIDED"}})
    amount, currency = abs(line["amount"]), line["currency"]
    if version != "02":
        _amount(transaction, "Amt", amount, currency, money)
        _tree(transaction, {"CdtDbtInd": _direction(line["amount"])})
    stated = ET.SubElement(transaction, "AmtDtls")
    foreign = line["instructed_currency"]
    instructed = abs(line["instructed_amount"]) if foreign else amount + (line["charge"] or 0)
    given = ET.SubElement(stated, "InstdAmt")
    _amount(given, "Amt", instructed, foreign or currency, money)
    if foreign:
        rate = line["amount"] / line["instructed_amount"]
        pair = {
            "SrcCcy": foreign,
            "TrgtCcy": currency,
            "UnitCcy": foreign,
            "XchgRate": f"{rate:.6f}",
        }
        _tree(given, {"CcyXchg": pair})
    _amount(ET.SubElement(stated, "TxAmt"), "Amt", amount, currency, money)
    if line["charge"]:
        charges = ET.SubElement(transaction, "Chrgs")
        record = charges if version == "02" else ET.SubElement(charges, "Rcrd")
        _amount(record, "Amt", line["charge"], currency, money)
        _tree(record, {"CdtDbtInd": "DBIT"})
    side = "Dbtr" if line["amount"] > 0 else "Cdtr"
    name = {"Nm": line["counterparty"]}
    parties: dict[str, Any] = {side: {"Pty": name} if version == "08" else name}
    if line["counterparty_iban"]:
        parties[f"{side}Acct"] = {"Id": {"IBAN": line["counterparty_iban"]}}
    _tree(transaction, {"RltdPties": parties, "RmtInf": {"Ustrd": line["remittance"]}})


def _tree(parent: ET.Element, content: dict[str, Any]) -> None:
    for tag, value in content.items():
        child = ET.SubElement(parent, tag)
        if isinstance(value, dict):
            _tree(child, value)
        else:
            child.text = value


def _amount(parent: ET.Element, tag: str, minor: int, currency: str, money: Any) -> None:
    ET.SubElement(parent, tag, Ccy=currency).text = money(minor, currency)


def _direction(minor: int) -> str:
    return "CRDT" if minor >= 0 else "DBIT"
