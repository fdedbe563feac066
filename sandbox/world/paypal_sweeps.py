"""Sweeps: on Mondays PayPal sends what each balance holds to the bank; some come back, pounds arrive as euros."""

import hashlib
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import duckdb

from sandbox.world.columns import store_typed_rows
from sandbox.world.paypal_accounts import (
    ARRIVES_DAYS,
    RETURNED_DAYS,
    SWEEP_HOUR,
    SWEEP_WEEKDAY,
    SWEPT_TO,
)
from sandbox.world.paypal_entries import COLUMNS

TYPES = {
    "payout_id": "varchar",
    "amount": "bigint",
    "currency": "varchar",
    "bank_amount": "bigint",
    "bank_currency": "varchar",
    "sent_at": "timestamp",
    "arrives_at": "timestamp",
    "returned_at": "timestamp",
}
FAILS = 3  # which euro sweep comes back; later ones by chance


class Sweep(NamedTuple):
    """``amount`` leaves the balance, the bank is sent ``bank_amount``; both minor units."""

    payout_id: str
    amount: int
    currency: str
    bank_amount: int
    bank_currency: str
    sent_at: datetime
    arrives_at: datetime
    returned_at: datetime | None


def create_sweeps(con: duckdb.DuckDBPyConnection, clock: datetime) -> None:
    """``truth.paypal_sweeps`` and their entries; ``truth.paypal_placed``: each entry with the sweep that took it."""
    now = clock.replace(tzinfo=None)
    sweeps: list[Sweep] = []
    for currency, bank_currency in SWEPT_TO.items():
        _sweep(con, currency, bank_currency, now, sweeps)
    store_typed_rows(con, "truth.paypal_sweeps", TYPES, sweeps)
    con.execute(
        f"""insert into truth.paypal_entries ({COLUMNS})
        select payout_id, 'T0400', 'payout', null, null, null, null, null, sent_at, -amount, 0, currency, null, null,
            null, null, case when currency <> bank_currency then 'fx_payout' end, null
        from truth.paypal_sweeps
        union all
        select paypal_id('back' || payout_id), 'T1101', 'payout_failure', null, null, null, null, payout_id, returned_at,
            amount, 0, currency, null, null, null, null, 'payout_failed', null
        from truth.paypal_sweeps where returned_at <= psp_now();
        create table truth.paypal_placed as
        select e.*, case when e.kind = 'payout' then e.entry_id else s.payout_id end as payout_id
        from truth.paypal_entries as e
        asof left join truth.paypal_sweeps as s on s.currency = e.currency and e.created_at <= s.sent_at"""
    )


def _sweep(
    con: duckdb.DuckDBPyConnection, currency: str, bank: str, now: datetime, sweeps: list[Sweep]
) -> None:
    """One balance after the other day; what comes back is in a later sweep."""
    waiting: dict[datetime, int] = {}
    for moment, net in con.execute(
        """select created_at, cast(sum(amount - fee) as bigint) from truth.paypal_entries
        where currency = ? group by created_at""",
        [currency],
    ).fetchall():
        day = swept_after(moment)
        waiting[day] = waiting.get(day, 0) + net
    balance, sent = 0, 0
    while waiting and min(waiting) <= now:
        at = min(waiting)
        balance += waiting.pop(at)
        if balance <= 0:
            continue
        sent += 1
        sweep = _sent(con, currency, bank, at, balance, sent)
        balance = 0
        sweeps.append(sweep)
        if sweep.returned_at is not None and sweep.returned_at <= now:
            back = swept_after(sweep.returned_at)
            waiting[back] = waiting.get(back, 0) + sweep.amount


def _sent(
    con: duckdb.DuckDBPyConnection, currency: str, bank: str, at: datetime, amount: int, sent: int
) -> Sweep:
    chance = int(hashlib.sha256(f"{currency}/{at:%Y%m%d}".encode()).hexdigest()[:8], 16)
    fails = currency == "EUR" and (sent == FAILS or (sent > FAILS and chance % 25 == 0))
    found: Any = con.execute(
        "select paypal_id('sweep' || ? || ?), (select rate_millionths from truth.psp_rates"
        " where currency_p = ? and day = cast(? as date))",
        [currency, f"{at:%Y%m%d}", currency, at],
    ).fetchall()[0]
    bank_amount = amount if bank == currency else (2 * amount * found[1] + 1_000_000) // 2_000_000
    arrives_at = datetime.combine(at.date() + timedelta(days=ARRIVES_DAYS), datetime.min.time())
    returned_at = arrives_at + timedelta(days=RETURNED_DAYS, hours=10) if fails else None
    return Sweep(found[0], amount, currency, bank_amount, bank, at, arrives_at, returned_at)


def swept_after(moment: datetime) -> datetime:
    """The first sweep at or after a moment, UTC."""
    at = datetime.combine(moment.date(), datetime.min.time()) + timedelta(hours=SWEEP_HOUR)
    at += timedelta(days=(SWEEP_WEEKDAY - at.isoweekday()) % 7)
    return at if at >= moment else at + timedelta(days=7)
