"""One payout of a merchant account: what leaves the balance, what the bank is sent, and what becomes of it."""

import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple

import duckdb

from sandbox.world.adyen_accounts import GMBH, Merchant

RETURNED_DAYS = 2  # after it should have arrived
FAILS, ABROAD, HIDES, COPIED = 2, 3, 4, 5  # which payout of an account it is; later ones by chance
ABROAD_CURRENCY = "USD"
HIDDEN = 150
LEAST_TO_HIDE = 2_000  # minor units
PAYOUT_TYPES = {
    "account": "varchar",
    "number": "bigint",
    "reference": "varchar",
    "amount": "bigint",
    "currency": "varchar",
    "bank_amount": "bigint",
    "bank_currency": "varchar",
    "rate_millionths": "bigint",
    "residual": "bigint",
    "sent_at": "timestamp",
    "arrives_at": "timestamp",
    "returned_at": "timestamp",
    "copy_of": "bigint",
}


class Payout(NamedTuple):
    """``amount`` leaves the balance; the bank is sent ``bank_amount``, in millionths of a rate between them."""

    account: str
    number: int
    reference: str
    amount: int
    currency: str
    bank_amount: int
    bank_currency: str
    rate_millionths: int | None
    residual: int
    sent_at: datetime
    arrives_at: datetime
    returned_at: datetime | None
    copy_of: int | None


def payout_of(
    con: duckdb.DuckDBPyConnection,
    m: Merchant,
    number: int,
    paid: int,
    net: int,
    sent_at: datetime,
    has_hidden: bool,
) -> Payout:
    """What a batch of ``net`` pays out; ``paid``: which payout of the account it is.

    The first that can hides something, later ones by chance.
    """
    may_hide = paid >= HIDES and net >= LEAST_TO_HIDE
    chance = int(hashlib.sha256(f"{m.account}/{number}".encode()).hexdigest()[:8], 16)
    residual = -HIDDEN if may_hide and (not has_hidden or chance % 30 == 0) else 0
    fails = paid == FAILS or (paid > COPIED and chance % 25 == 1)
    abroad = m is GMBH and (paid == ABROAD or (paid > COPIED and chance % 12 == 2))
    amount, rate = net + residual, None
    if abroad:
        found = con.execute(
            "select rate_millionths from truth.psp_rates where currency_p = ? and day = ?",
            [ABROAD_CURRENCY, sent_at.date()],
        ).fetchall()
        rate = found[0][0] if found else None
    bank_amount = (amount * 1_000_000 * 2 + rate) // (2 * rate) if rate else amount
    arrives_on = sent_at.date() + timedelta(days=m.arrives_days)
    if arrives_on.isoweekday() > 5:
        arrives_on += timedelta(days=8 - arrives_on.isoweekday())
    arrives_at = datetime.combine(arrives_on, datetime.min.time())
    tx = int(hashlib.sha256(f"TX{m.account}/{number}".encode()).hexdigest()[:12], 16) % 10**11
    return Payout(
        m.account, number, f"TX{tx:011d}XT batch {number}, {m.merchant}", amount, m.currency, bank_amount,
        ABROAD_CURRENCY if rate else m.currency, rate, residual, sent_at, arrives_at,
        arrives_at + timedelta(days=RETURNED_DAYS, hours=8) if fails else None, None,
    )  # fmt: skip
