"""Raw rows of a payment provider beside the shops of :mod:`tiny_world`, in minor units as Stripe's API has them.

The cases by name are in ``payers.py``; this module knows what one charge, refund, dispute or payout leaves
in raw.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.dbt_project.tiny_world import LOAD, RECEIVED, World, at, log

ACCOUNTS = {
    "payments-gmbh": ("nordlicht-gmbh", "Europe/Berlin", "eur"),
    "payments-kk": ("nordlicht-kk", "Asia/Tokyo", "jpy"),
}
JULY_1 = at("2026-07-01 10:00")
TYPES = {"dispute": "adjustment", "dispute_reversal": "adjustment", "fee": "stripe_fee"}


@dataclass
class Psp:
    """One account at Stripe; each method adds raw rows and gives back the id that the marts know."""

    world: World
    account: str = "payments-gmbh"

    def __post_init__(self) -> None:
        entity, zone, currency = ACCOUNTS[self.account]
        self.currency = currency
        self.world.account("stripe", self.account, entity, zone, currency.upper())

    def new(self, prefix: str) -> str:
        return f"{prefix}_{self.world.new_id()}"

    def add(
        self, table: str, version: datetime, *, received: datetime = RECEIVED, **row: Any
    ) -> None:
        load = row.pop("load_id", LOAD)
        logged = log(self.account, version, received, str(row)) | {"_dlt_load_id": load}
        self.world.add("raw_stripe", table, **row, **logged)

    def charge(
        self,
        amount: int,
        order: tuple[str, str] | None = None,
        *,
        moment: datetime = JULY_1,
        currency: str | None = None,
        settled: int | None = None,
        fee: int = 0,
        tax: int = 0,
        **fields: Any,
    ) -> str:
        """A captured charge and its entry, unless ``captured=False``; ``order``: (shop account, order id)."""
        charge = fields.pop("id", None) or self.new("ch")
        captured = fields.get("captured", True)
        row: dict[str, Any] = {
            "amount": amount,
            "amount_captured": amount if captured else 0,
            "amount_refunded": 0,
            "currency": currency or self.currency,
            "status": "succeeded",
            "captured": True,
            "paid": True,
            "refunded": False,
            "disputed": False,
            "livemode": True,
            "created": moment,
            **_named(order),
        } | fields
        self.add("charges", RECEIVED, id=charge, **row)
        if captured and row["status"] == "succeeded":
            value = amount if settled is None else settled
            self.entry("charge", value, source=charge, moment=moment, fee=fee, tax=tax)
        return charge

    def entry(
        self,
        kind: str,
        amount: int,
        *,
        source: str | None = None,
        moment: datetime = JULY_1,
        fee: int = 0,
        tax: int = 0,
        **fields: Any,
    ) -> str:
        """A balance transaction; ``kind`` is its reporting category."""
        entry = self.new("txn")
        row = {
            "type": TYPES.get(kind, kind),
            "reporting_category": kind,
            "source": source,
            "status": "available",
            "created": moment,
            "available_on": moment + timedelta(days=2),
        } | fields
        self.add(
            "balance_transactions",
            RECEIVED,
            id=entry,
            amount=amount,
            fee=fee + tax,
            net=amount - fee - tax,
            currency=self.currency,
            **row,
        )
        for position, (type_, part) in enumerate((("stripe_fee", fee), ("tax", tax)), start=1):
            if part:
                self.add(
                    "fee_details",
                    RECEIVED,
                    balance_transaction_id=entry,
                    position=position,
                    amount=part,
                    currency=self.currency,
                    type=type_,
                )
        return entry

    def refund(
        self,
        charge: str,
        amount: int,
        *,
        moment: datetime = JULY_1 + timedelta(days=3),
        currency: str | None = None,
        settled: int | None = None,
        fails: bool = False,
    ) -> str:
        refund = self.new("re")
        value = amount if settled is None else settled
        self.add(
            "refunds",
            RECEIVED,
            id=refund,
            charge=charge,
            amount=amount,
            currency=currency or self.currency,
            status="failed" if fails else "succeeded",
            created=moment,
            balance_transaction=self.entry("refund", -value, source=refund, moment=moment),
        )
        if fails:
            later = moment + timedelta(days=5)
            self.entry("refund_failure", value, source=refund, moment=later)
        return refund

    def dispute(
        self,
        charge: str,
        amount: int,
        status: str,
        moves: tuple[tuple[str, int, int], ...] = (),
        *,
        moment: datetime = JULY_1 + timedelta(days=10),
        version: datetime = RECEIVED,
        currency: str | None = None,
        id: str | None = None,  # noqa: A002
    ) -> str:
        """One version of a dispute; ``moves``: (reporting category, amount, fee) of what it moved."""
        dispute = id or self.new("du")
        self.add(
            "disputes",
            version,
            id=dispute,
            charge=charge,
            amount=amount,
            currency=currency or self.currency,
            status=status,
            reason="fraudulent",
            created=moment,
            evidence_details__due_by=moment + timedelta(days=14),
        )
        for number, (kind, value, fee) in enumerate(moves):
            entry = self.entry(kind, value, source=dispute, moment=moment, fee=fee)
            self.add(
                "dispute_balance_transactions",
                version,
                dispute_id=dispute,
                id=entry,
                amount=value,
                fee=fee,
                net=value - fee,
                currency=self.currency,
                type="adjustment",
                reporting_category=kind,
                created=moment + timedelta(days=number),
            )
        return dispute

    def payout(
        self,
        amount: int,
        entries: tuple[str, ...] = (),
        *,
        moment: datetime = JULY_1 + timedelta(days=5),
        status: str = "paid",
        automatic: bool = True,
        **fields: Any,
    ) -> str:
        payout = self.new("po")
        own = self.entry("payout", -amount, source=payout, moment=moment)
        self.add(
            "payouts",
            RECEIVED,
            id=payout,
            amount=amount,
            currency=self.currency,
            status=status,
            created=moment,
            arrival_date=(moment + timedelta(days=2)).replace(hour=0, minute=0),
            automatic=automatic,
            method="standard",
            balance_transaction=own,
            **fields,
        )
        for entry in (*entries, own) if automatic else ():
            self.lists(payout, entry)
        return payout

    def lists(self, payout: str, entry: str, **fields: Any) -> None:
        moment = fields.pop("version", RECEIVED)
        self.add("payout_entries", moment, payout_id=payout, id=entry, **fields)


def _named(order: tuple[str, str] | None) -> dict[str, Any]:
    if order is None:
        return {}
    account, order_id = order
    return {"metadata__shop": f"{account}.myshopify.com", "metadata__order_id": order_id}
