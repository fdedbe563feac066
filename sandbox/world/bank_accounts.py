"""The group's bank accounts, who pays into them, and what else moves on them. Constants only."""

from typing import NamedTuple

import duckdb

from sandbox.world import accounts
from sandbox.world.columns import store_rows
from sandbox.world.model import AccountSpec


class Account(NamedTuple):
    """One account at a bank: ``mark`` begins its entries' references, ``opening`` is in minor units."""

    bank: str
    legal_entity: str
    iban: str
    currency: str
    mark: str
    owner: str
    opening: int


IBANS = (
    Account("bank-gmbh", "nordlicht-gmbh", "DE89370400440532013000", "EUR", "E", "Nordlicht GmbH", 25_000_000),
    Account("bank-gmbh", "nordlicht-gmbh", "DE02120300000000202051", "USD", "U", "Nordlicht GmbH", 8_000_000),
    Account("bank-kk", "nordlicht-kk", "0123-4567890", "JPY", "J", "Nordlicht KK", 30_000_000),
)  # fmt: skip
# Of each PSP: the name on a statement and its account.
PAYERS = {
    "stripe": ("STRIPE PAYMENTS EUROPE LTD", "IE29AIBK93115212345678"),
    "shopify": ("SHOPIFY INTERNATIONAL LTD", "IE64IRCE92050112345678"),
    "adyen": ("ADYEN N.V.", "NL91ADYB2017400157"),
    "paypal": ("PAYPAL EUROPE SARL ET CIE SCA", "LU280019400644750000"),
}


class Standing(NamedTuple):
    """What leaves or enters an account on a day of each month; ``parts`` are booked as one entry."""

    currency: str
    what: str
    day: int
    amounts: tuple[int, ...]
    counterparty: str
    counterparty_iban: str | None
    remittance: str
    code: str


OUT, CHARGE, OWN_IN, PSP_IN = "PMNT/ICDT/ESCT", "ACMT/MDOP/CHRG", "PMNT/RCDT/BOOK", "PMNT/RCDT/ESCT"
STANDING = (
    Standing("EUR", "rent", 1, (-420_000,), "Hafen Immobilien GmbH", "DE75512108001245126199",
             "Miete Lager Hamburg", OUT),
    Standing("EUR", "payroll", 26, (-312_450, -288_120, -301_777), "Belegschaft", None,
             "Lohn und Gehalt", OUT),
    Standing("EUR", "supplier", 18, (-150_890,), "Werkstatt Sued KG", "DE12500105170648489890",
             "Rechnung Ware", OUT),
    Standing("EUR", "bank_charge", 28, (-1_290,), "Nordbank AG", None, "Kontofuehrung", CHARGE),
    Standing("USD", "bank_charge", 28, (-1_500,), "Nordbank AG", None, "Account keeping USD", CHARGE),
    Standing("JPY", "rent", 25, (-380_000,), "SHIBUYA FUDOSAN KK", None, "OFFICE RENT", OUT),
    Standing("JPY", "bank_charge", 28, (-2_200,), "TOKYO GINKO", None, "EBANKING FEE", CHARGE),
)  # fmt: skip
# Credits that nothing explains, by day: (currency, day, minor units, counterparty, remittance).
UNIDENTIFIED = (
    ("EUR", "2026-02-11", 33_333, "UNBEKANNTER AUFTRAGGEBER", "Gutschrift"),
    ("EUR", "2026-08-19", 71_905, "M. Kessler", "fuer Sie"),
    ("EUR", "2026-06-10", 12_377, PAYERS["stripe"][0], "STRIPE po_1NotOursAtAll0000000000"),
    ("USD", "2026-05-06", 45_011, "RIVERSIDE HOLDINGS LLC", "wire"),
    ("JPY", "2026-07-08", 18_443, "YAMADA TARO", "FURIKOMI"),
)
# Own money from the euro to the dollar account on the 15th of each quarter: euro cents.
TRANSFERRED = 500_000


def create_bank_accounts(con: duckdb.DuckDBPyConnection) -> None:
    """``truth.bank_accounts``: one row per account at a bank; ``bank_payers``: per system; ``psp_entities``."""
    psps = {a for a in vars(accounts).values() if isinstance(a, AccountSpec) and a.system in PAYERS}
    store_rows(
        con,
        "truth.psp_entities",
        ["account", "legal_entity"],
        sorted((a.account, a.legal_entity) for a in psps),
    )
    store_rows(con, "truth.bank_accounts", Account._fields, IBANS)
    store_rows(
        con,
        "truth.bank_payers",
        ["system", "counterparty", "counterparty_iban"],
        [(system, *payer) for system, payer in PAYERS.items()],
    )
    store_rows(
        con,
        "truth.bank_standing",
        ["currency", "what", "day", "part", "amount", "counterparty", "counterparty_iban",
         "remittance", "code"],
        [
            (s.currency, s.what, s.day, part, amount, s.counterparty, s.counterparty_iban or "",
             s.remittance, s.code)
            for s in STANDING
            for part, amount in enumerate(s.amounts, start=1)
        ],
    )  # fmt: skip
    store_rows(
        con,
        "truth.bank_unidentified",
        ["currency", "day", "amount", "counterparty", "remittance"],
        UNIDENTIFIED,
    )
