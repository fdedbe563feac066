"""Settlement batches: what an account booked within a week is paid out, and its report lists every line of that.

A batch below zero is carried to the next one. Of some payouts something is kept that no line names, some come back
from the bank, some go to the account's dollar bank account, and one report was sent twice, under the next number.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import duckdb

from sandbox.world.adyen_accounts import MERCHANTS, Merchant
from sandbox.world.adyen_entries import COLUMNS
from sandbox.world.adyen_payouts import COPIED, PAYOUT_TYPES, Payout, payout_of
from sandbox.world.columns import store_typed_rows

REPORT_HOURS = 5  # after the close
BATCH_TYPES = {
    "account": "varchar",
    "number": "bigint",
    "closes_at": "timestamp",
    "generated_at": "timestamp",
    "copy_of": "bigint",
}
ENTRY_TYPES = {
    "account": "varchar",
    "type": "varchar",
    "reference": "varchar",
    "created_at": "timestamp",
    "booked_at": "timestamp",
    "amount": "bigint",
    "fault": "varchar",
}


class Batch(NamedTuple):
    account: str
    number: int
    closes_at: datetime
    generated_at: datetime
    copy_of: int | None


def create_batches(con: duckdb.DuckDBPyConnection, clock: datetime) -> None:
    """``truth.adyen_batches``, ``truth.adyen_payouts``, and the entries that batches bring along."""
    now = clock.replace(tzinfo=None)
    batches: list[Batch] = []
    payouts: list[Payout] = []
    entries: list[tuple[Any, ...]] = []
    for merchant in MERCHANTS:
        _close(_Closing(con, merchant, now, batches, payouts, entries))
    store_typed_rows(con, "truth.adyen_batches", BATCH_TYPES, batches)
    store_typed_rows(con, "truth.adyen_payouts", PAYOUT_TYPES, payouts)
    store_typed_rows(con, "truth.adyen_batch_entries", ENTRY_TYPES, entries)
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
        payout = payout_of(c.con, c.merchant, number, paid, net, generated_at, has_hidden)
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
