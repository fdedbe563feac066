"""Settlement batches: what an account booked within a week is paid out, and its report lists every line of that.

A batch below zero is carried to the next one. Of some payouts something is kept that no line names, some come back
from the bank, some go to the account's dollar bank account, and one report was sent twice, under the next number.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import duckdb

from sandbox.world.adyen_accounts import GMBH, MERCHANTS, Merchant
from sandbox.world.adyen_entries import COLUMNS
from sandbox.world.columns import store_rows

REPORT_HOURS = 5  # after the close
RETURNED_DAYS = 2  # after it should have arrived
FAILS, ABROAD, HIDES, COPIED = 2, 3, 4, 5  # which payout of an account it is; later ones by chance
ABROAD_CURRENCY = "USD"
HIDDEN = 150
LEAST_TO_HIDE = 2_000  # minor units


class Batch(NamedTuple):
    account: str
    number: int
    closes_at: datetime
    generated_at: datetime
    copy_of: int | None


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


def create_batches(con: duckdb.DuckDBPyConnection, clock: datetime) -> None:
    """``truth.adyen_batches``, ``truth.adyen_payouts``, and the entries that batches bring along."""
    now = clock.replace(tzinfo=None)
    batches: list[Batch] = []
    payouts: list[Payout] = []
    entries: list[tuple[Any, ...]] = []
    for merchant in MERCHANTS:
        _close(_Closing(con, merchant, now, batches, payouts, entries))
    store_rows(con, "truth.adyen_batches", Batch._fields, batches)
    store_rows(con, "truth.adyen_payouts", Payout._fields, payouts)
    names = ["account", "type", "reference", "created_at", "booked_at", "amount", "fault"]
    store_rows(con, "truth.adyen_batch_entries", names, entries)
    con.execute(
        f"""insert into truth.adyen_entries ({COLUMNS})
        select account, type, reference, null, null, null, null, created_at, booked_at, amount, 0, 0, 0, 0, fault,
            false, null from truth.adyen_batch_entries""",
    )


class _Closing(NamedTuple):
    con: duckdb.DuckDBPyConnection
    merchant: Merchant
    now: datetime
    batches: list[Batch]
    payouts: list[Payout]
    entries: list[tuple[Any, ...]]


def _close(c: _Closing) -> None:
    """Close one batch after the other; what a batch brings back later is in a later one."""
    account, waiting = c.merchant.account, _weeks(c)
    number, paid, carried, carried_from, has_hidden = 0, 0, 0, 0, False
    while waiting:
        closes_at = min(waiting)
        generated_at = closes_at + timedelta(hours=REPORT_HOURS)
        if generated_at > c.now:
            return
        number += 1
        at = closes_at - timedelta(minutes=1)
        if carried:
            _book(c, "Balancetransfer", f"Balance from batch {carried_from}", at, carried)
        net, carried = waiting.pop(closes_at) + carried, 0
        c.batches.append(Batch(account, number, closes_at, generated_at, None))
        if net <= 0:
            carried, carried_from = net, number
            if net:
                _book(c, "Balancetransfer", f"Balance of batch {number}", at, -net)
            continue
        paid += 1
        may_hide = paid >= HIDES and net >= LEAST_TO_HIDE
        payout = _payout(c, number, paid, net, generated_at, may_hide, has_hidden)
        has_hidden = has_hidden or payout.residual != 0
        c.payouts.append(payout)
        _book(
            c,
            "MerchantPayout",
            payout.reference,
            at,
            -payout.amount,
            "hidden_movement"
            if payout.residual
            else "fx_payout"
            if payout.rate_millionths
            else None,
        )
        if payout.returned_at is not None and payout.returned_at <= c.now:
            _book(
                c,
                "BankInstructionReturned",
                payout.reference,
                payout.returned_at,
                payout.amount,
                "payout_failed",
            )
            back = closes_after(c.merchant, payout.returned_at)
            waiting[back] = waiting.get(back, 0) + payout.amount
        if paid == COPIED:
            number += 1
            c.batches.append(Batch(account, number, closes_at, generated_at, number - 1))
            c.payouts.append(payout._replace(number=number, copy_of=number - 1))


def _payout(
    c: _Closing,
    number: int,
    paid: int,
    net: int,
    sent_at: datetime,
    may_hide: bool,
    has_hidden: bool,
) -> Payout:
    """``paid``: which payout of the account it is; the first that can hides something, later ones by chance."""
    m = c.merchant
    chance = int(hashlib.sha256(f"{m.account}/{number}".encode()).hexdigest()[:8], 16)
    residual = -HIDDEN if may_hide and (not has_hidden or chance % 30 == 0) else 0
    fails = paid == FAILS or (paid > COPIED and chance % 25 == 1)
    abroad = m is GMBH and (paid == ABROAD or (paid > COPIED and chance % 12 == 2))
    amount, rate = net + residual, None
    if abroad:
        found = c.con.execute(
            "select rate_millionths from truth.psp_rates where currency_p = ? and day = ?",
            [ABROAD_CURRENCY, sent_at.date()],
        ).fetchall()
        rate = found[0][0] if found else None
    bank_amount = (amount * 1_000_000 * 2 + rate) // (2 * rate) if rate else amount
    arrives_on = sent_at.date() + timedelta(days=m.arrives_days)
    arrives_on += timedelta(
        days=max(0, 8 - arrives_on.isoweekday()) if arrives_on.isoweekday() > 5 else 0
    )
    arrives_at = datetime.combine(arrives_on, datetime.min.time())
    tx = int(hashlib.sha256(f"TX{m.account}/{number}".encode()).hexdigest()[:12], 16) % 10**11
    return Payout(
        m.account, number, f"TX{tx:011d}XT batch {number}, {m.merchant}", amount, m.currency, bank_amount,
        ABROAD_CURRENCY if rate else m.currency, rate, residual, sent_at, arrives_at,
        arrives_at + timedelta(days=RETURNED_DAYS, hours=8) if fails else None, None,
    )  # fmt: skip


def _book(
    c: _Closing, kind: str, reference: str, at: datetime, amount: int, fault: str | None = None
) -> None:
    c.entries.append((c.merchant.account, kind, reference, at, at, amount, fault))


def _weeks(c: _Closing) -> dict[datetime, int]:
    """The close of each week in which something was booked, and the sum of that."""
    weeks: dict[datetime, int] = {}
    for moment, net in c.con.execute(
        """select booked_at, cast(sum(amount - commission - markup - scheme - interchange) as bigint)
        from truth.adyen_entries where account = ? and not is_unlisted group by booked_at""",
        [c.merchant.account],
    ).fetchall():
        end = closes_after(c.merchant, moment)
        weeks[end] = weeks.get(end, 0) + net
    return weeks


def closes_after(merchant: Merchant, moment: datetime) -> datetime:
    """The first close after a moment; both UTC and without a zone."""
    zone = ZoneInfo(merchant.zone)
    local = moment.replace(tzinfo=UTC).astimezone(zone)
    days = (merchant.closing_weekday - local.isoweekday() - 1) % 7 + 1
    end = datetime.combine(local.date() + timedelta(days=days), datetime.min.time(), zone)
    return end.astimezone(UTC).replace(tzinfo=None)
