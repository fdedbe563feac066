"""camt.053 documents as a bank writes them, in each version, with as little in them as may be."""

from collections.abc import Iterable

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."


def amount(value: str, direction: str = "CRDT", currency: str = "EUR") -> str:
    return f'<Amt Ccy="{currency}">{value}</Amt><CdtDbtInd>{direction}</CdtDbtInd>'


def balance(kind: str, value: str) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>{amount(value)}"
        "<Dt><Dt>2026-10-14</Dt></Dt></Bal>"
    )


def entry(
    value: str,
    reference: str,
    *,
    version: str = "04",
    direction: str = "CRDT",
    reversal: bool = False,
    details: str = "",
) -> str:
    status = "<Sts><Cd>BOOK</Cd></Sts>" if version == "08" else "<Sts>BOOK</Sts>"
    return (
        f"<Ntry>{amount(value, direction)}{'<RvslInd>true</RvslInd>' if reversal else ''}{status}"
        f"<BookgDt><Dt>2026-10-14</Dt></BookgDt><ValDt><Dt>2026-10-15</Dt></ValDt>"
        f"<AcctSvcrRef>{reference}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd>"
        f"<SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>{details}</Ntry>"
    )


def transaction(value: str, text: str, *, version: str = "04", name: str = "STRIPE") -> str:
    """A version 02 writes a transaction's amount elsewhere than later ones; 08 puts a name in a party."""
    money = (
        f'<AmtDtls><TxAmt><Amt Ccy="EUR">{value}</Amt></TxAmt></AmtDtls>'
        if version == "02"
        else amount(value)
    )
    party = f"<Pty><Nm>{name}</Nm></Pty>" if version == "08" else f"<Nm>{name}</Nm>"
    return (
        f"<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>{money}<RltdPties><Dbtr>{party}"
        f"</Dbtr></RltdPties><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>"
    )


def batch(*transactions: str) -> str:
    return f"<NtryDtls>{''.join(transactions)}</NtryDtls>"


def statement(number: str, entries: Iterable[str], created: str = "2026-10-15T03:00:00Z") -> str:
    return (
        f"<Stmt><Id>{number}</Id><CreDtTm>{created}</CreDtTm><Acct><Id><IBAN>DE89370400440532013000"
        f"</IBAN></Id><Ccy>EUR</Ccy></Acct>{balance('OPBD', '100.00')}{balance('CLBD', '110.00')}"
        f"{''.join(entries)}</Stmt>"
    )


def document(*statements: str, version: str = "04") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{NAMESPACE}{version}"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>m1</MsgId><CreDtTm>2026-10-15T03:00:00Z</CreDtTm></GrpHdr>\n"
        f"{''.join(statements)}</BkToCstmrStmt></Document>"
    )
