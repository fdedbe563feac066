"""Ada's payment from the shop to the bank: the sale, the charge, the payout that holds it, the bank's line."""

from datetime import datetime
from typing import Any

from tests.expectations.tiny_payments import BACK, PAY, SOLD

DE = {"system": "shopify", "account": "nordlicht-de", "legal_entity": "nordlicht-gmbh"}
BANK = {"system": "bank", "account": "bank-gmbh", "legal_entity": "nordlicht-gmbh"}
AS_OF = datetime(2026, 10, 15, 6)


def every_table() -> dict[str, list[dict[str, Any]]]:
    sale, charge = {**DE, "source_id": "t1"}, {**PAY, "source_id": "txn_1"}
    payout, line = {**PAY, "source_id": "po_1"}, {**BANK, "source_id": "E1"}
    return {
        "marts.reconciliation": [
            _row("order_psp", "order", sale, 112, SOLD),
            _row("order_psp", "psp", charge, 112, SOLD),
            _row("psp_payout", "psp", charge, 109, SOLD),
            _row("psp_payout", "payout", payout, 109, BACK),
            _row("payout_bank", "payout", payout, 109, BACK),
            _row("payout_bank", "bank", line, 109, BACK),
        ],
        "marts.reconciliation_matches": [
            _link("order_psp", ("order", sale), ("psp", charge), 112, "payment_id"),
            _link("psp_payout", ("psp", charge), ("payout", payout), 109, "payout_list"),
            _link("payout_bank", ("payout", payout), ("bank", line), 109, "payout_reference"),
        ],
    }


def _row(leg: str, side: str, source: dict[str, Any], amount: int, at: datetime) -> dict[str, Any]:
    return {
        **source,
        "leg": leg,
        "side": side,
        "state": "matched",
        "amount": amount,
        "difference_amount": 0,
        "currency": "EUR",
        "occurred_at": at,
        "age_days": (AS_OF.date() - at.date()).days,
        "owner": "payments-team",
        "as_of": AS_OF,
    }


def _link(
    leg: str,
    ours: tuple[str, dict[str, Any]],
    theirs: tuple[str, dict[str, Any]],
    amount: int,
    key: str,
) -> dict[str, Any]:
    (side, one), (matched_side, other) = ours, theirs
    return {
        "leg": leg,
        "side": side,
        **{name: one[name] for name in ("system", "account", "source_id")},
        "matched_side": matched_side,
        "matched_system": other["system"],
        "matched_account": other["account"],
        "matched_id": other["source_id"],
        "amount": amount,
        "currency": "EUR",
        "key": key,
        "confidence": 1,
    }
