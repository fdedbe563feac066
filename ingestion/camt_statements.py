"""camt.053 statements as rows: a statement, its entries, the transactions an entry stands for.

An amount is signed as our balance sees it: CRDT adds, DBIT takes away, also where an entry is a reversal (the
indicator already says where the money goes). Whose name stands there follows from which way it went at first.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import orjson

from ingestion.camt_document import Document, Invalid, Node
from ingestion.currencies import in_currency

WANTED = frozenset({"GrpHdr", "Stmt", "Ntry"})
OPENING, CLOSING = ("OPBD", "PRCD"), ("CLBD",)
DETAILS = "NtryDtls/TxDtls"
Row = dict[str, object]


def lines(content: bytes, file: str) -> Iterator[bytes]:
    """JSON lines of every statement of a file, each before its entries; raises ``Invalid`` before the first."""
    yield from list(_rows(content, file))


def _rows(content: bytes, file: str) -> Iterator[bytes]:
    """Statements and entries; those of the file's last ``Stmt`` too are judged before any is given out."""
    header, entries = list[Node](), list[Node]()
    found: list[bytes] = []

    def take(node: Node) -> None:
        if node.name == "Stmt":
            found.extend(_statement(node, entries, header, file, document))
            entries.clear()
        else:
            (header if node.name == "GrpHdr" else entries).append(node)

    document = Document(take, WANTED)
    document.read(content)
    yield from found


def _statement(
    node: Node, entries: list[Node], header: list[Node], file: str, document: Document
) -> Iterator[bytes]:
    iban = node.said("Acct/Id/IBAN", "Acct/Id/Othr/Id")
    balances = [balance for balance in map(_balance, node.all("Bal")) if balance]
    currency = node.said("Acct/Ccy") or next((each[1] for each in balances), None)
    id_ = f"{iban}:{currency}:{node.said('Id')}"
    row: Row = {
        "__typename": "Statement",
        "id": id_,
        "file": file,
        "format": document.schema.name if document.schema else None,
        "message_id": header[-1].said("MsgId") if header else None,
        "statement_number": node.said("Id"),
        "sequence_number": node.said("ElctrncSeqNb", "LglSeqNb"),
        "iban": iban,
        "currency": currency,
        "created_at": node.said("CreDtTm"),
        "from_date": _day(node.said("FrToDt/FrDtTm")),
        "to_date": _day(node.said("FrToDt/ToDtTm")),
    }
    for name, kinds in (("opening", OPENING), ("closing", CLOSING)):
        for kind, of, amount, day in balances:
            if kind in kinds:
                row |= {f"{name}_amount": in_currency(amount, of), f"{name}_date": day}
    yield orjson.dumps(row) + b"\n"
    seen: Counter[str] = Counter()
    for entry in entries:
        yield orjson.dumps(_entry(entry, id_, iban, seen)) + b"\n"


def _balance(node: Node) -> tuple[str | None, str | None, str, str | None] | None:
    """Kind, currency, signed amount, day."""
    amount = node.first("Amt")
    if amount is None:
        return None
    kind, day = node.said("Tp/CdOrPrtry/Cd"), node.said("Dt/Dt", "Dt/DtTm")
    return kind, amount.attributes.get("Ccy"), _signed(amount, node.said("CdtDbtInd")), _day(day)


def _entry(node: Node, statement: str, iban: str | None, seen: Counter[str]) -> Row:
    amount, credit = node.first("Amt"), node.said("CdtDbtInd")
    if amount is None:  # the schema has seen to it
        raise Invalid("an entry without an amount")
    currency, reversal = amount.attributes.get("Ccy"), _is(node.said("RvslInd"))
    details = [_detail(each, node, amount, credit) for each in node.all(DETAILS)]
    alone = details[0] if len(details) == 1 else {}
    known = node.said("AcctSvcrRef", "NtryRef") or _digest(node)
    seen[known] += 1
    if len(details) == 1 and alone["amount"] is None:
        alone |= {"amount": _signed(amount, credit), "currency": currency}
    return {
        "__typename": "Entry",
        "__parentId": statement,
        "id": known if seen[known] == 1 else f"{known}:{seen[known]}",
        "iban": iban,
        "amount": in_currency(_signed(amount, credit), currency),
        "currency": currency,
        "is_reversal": reversal,
        "status": node.said("Sts/Cd", "Sts/Prtry", "Sts"),
        "booked_date": _day(node.said("BookgDt/Dt", "BookgDt/DtTm")),
        "value_date": _day(node.said("ValDt/Dt", "ValDt/DtTm")),
        "servicer_reference": node.said("AcctSvcrRef"),
        "entry_reference": node.said("NtryRef"),
        "transaction_code": _code(node),
        "proprietary_code": node.said("BkTxCd/Prtry/Cd"),
        "additional_info": node.said("AddtlNtryInf"),
        "end_to_end_id": alone.get("end_to_end_id"),
        "remittance_text": alone.get("remittance_text"),
        "structured_reference": alone.get("structured_reference"),
        "counterparty_name": alone.get("counterparty_name"),
        "counterparty_iban": alone.get("counterparty_iban"),
        "details_count": str(len(details)),
        "details": details,
    }


def _detail(node: Node, entry: Node, whole: Node, credit: str | None) -> Row:
    amount = node.first("Amt") or node.first("AmtDtls/TxAmt/Amt")
    direction = node.said("CdtDbtInd") or credit
    currency = amount.attributes.get("Ccy") if amount else whole.attributes.get("Ccy")
    instructed, charged = node.first("AmtDtls/InstdAmt/Amt"), _charges(node) or _charges(entry)
    # A reversal takes a credit back: who paid at first is still the other side.
    payer = (direction == "CRDT") != (_is(entry.said("RvslInd")) == "true")
    party = "Dbtr" if payer else "Cdtr"
    texts = [each.text for each in node.all("RmtInf/Ustrd")]
    return {
        "amount": in_currency(_signed(amount, direction), currency) if amount else None,
        "currency": currency,
        "end_to_end_id": _given(node.said("Refs/EndToEndId")),
        "transaction_reference": node.said("Refs/TxId", "Refs/AcctSvcrRef", "Refs/InstrId"),
        "remittance_text": " ".join(texts) or node.said("AddtlTxInf"),
        "structured_reference": node.said("RmtInf/Strd/CdtrRefInf/Ref"),
        "counterparty_name": node.said(f"RltdPties/{party}/Nm", f"RltdPties/{party}/Pty/Nm"),
        "counterparty_iban": node.said(f"RltdPties/{party}Acct/Id/IBAN"),
        "instructed_amount": instructed.text if instructed else None,
        "instructed_currency": instructed.attributes.get("Ccy") if instructed else None,
        "exchange_rate": node.said(
            "AmtDtls/TxAmt/CcyXchg/XchgRate",
            "AmtDtls/CntrValAmt/CcyXchg/XchgRate",
            "AmtDtls/InstdAmt/CcyXchg/XchgRate",
        ),
        "charges_amount": charged,
        "return_reason": node.said("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry"),
    }


def _charges(node: Node) -> str | None:
    """What the bank took on the way, positive, as text; none said, nothing."""
    listed = [*node.all("Chrgs/Rcrd/Amt"), *node.all("Chrgs/Amt")]
    return str(sum(Decimal(each.text) for each in listed)) if listed else None


def _signed(amount: Node, credit: str | None) -> str:
    return amount.text if credit == "CRDT" else f"-{amount.text}"


def _code(node: Node) -> str | None:
    parts = [node.said(f"BkTxCd/Domn/{path}") for path in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd")]
    return "/".join(part or "" for part in parts) if any(parts) else None


def _is(said: str | None) -> str:
    return "true" if said in ("true", "1") else "false"


def _given(reference: str | None) -> str | None:
    return None if reference == "NOTPROVIDED" else reference


def _day(said: str | None) -> str | None:
    """The day as the bank wrote it: its own calendar, whatever the clock beside it."""
    return said[:10] if said else None


def _digest(node: Node) -> str:
    def content(each: Node) -> list[object]:
        return [each.name, each.text, *map(content, each.children)]

    return f"md5:{hashlib.md5(orjson.dumps(content(node)), usedforsecurity=False).hexdigest()}"
