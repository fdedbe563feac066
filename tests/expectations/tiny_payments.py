"""The tiny group's payment provider: Ada's charge, half of it given back, paid out; then a dispute."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

PAY = {"system": "stripe", "account": "payments-gmbh", "legal_entity": "nordlicht-gmbh"}
OF_ADA = {"order_account": "nordlicht-de", "order_id": "1", "charge_id": "ch_1"}
SOLD, BACK, ASKED = datetime(2026, 10, 1, 12), datetime(2026, 10, 9, 12), datetime(2026, 10, 12, 9)


def every_table() -> dict[str, list[dict[str, Any]]]:
    ledger = [
        _entry("txn_1", "charge", SOLD, "112", "1.93", "0.37", payout_id="po_1", **OF_ADA),
        _entry("txn_2", "refund", BACK, "-54", payout_id="po_1", refund_id="re_1", **OF_ADA),
        _entry("txn_3", "payout", BACK, "-55.70", payout_id="po_1"),
        _entry("txn_4", "dispute", ASKED, "-10", "20", dispute_id="du_1", **OF_ADA),
    ]
    paid_out = {
        "amount": Decimal("55.70"),
        "entries_net_amount": Decimal("55.70"),
        "currency": "EUR",
        "balance_amount": Decimal("55.70"),
        "balance_currency": "EUR",
    }
    dispute = {"status": "needs_response", "reason": "fraudulent", "currency": "EUR"}
    return {
        "marts.payment_ledger": ledger,
        "marts.payouts": [
            {**PAY, **paid_out, "payout_id": "po_1", "status": "paid", "method": "standard"}
            | {"is_automatic": True, "has_entry_list": True, "entries_count": 2}
            | {"created_at": BACK, "arrived_date": date(2026, 10, 13)}
        ],
        "marts.disputes": [
            {**PAY, **OF_ADA, **dispute, "dispute_id": "du_1", "amount": 10, "withdrawn_amount": 10}
            | {"fee_amount": 20, "settlement_currency": "EUR", "customer_key": "ck_ada"}
            | {"opened_at": ASKED, "opened_date": ASKED.date(), "due_at": datetime(2026, 10, 30)}
            | {"is_answerable": True, "days_left": 15, "has_order": True, "has_tickets": True}
            | {
                "tickets_count": 1,
                "captured_amount": 112,
                "refunded_amount": 54,
                "has_refund": True,
            }
        ],
        "marts.psp_balances": [
            _balance("1", date(2026, 10, 8), 0, 100),
            _balance("2", date(2026, 10, 9), 100, 40),
        ],
        "marts.tickets": [
            {"system": "zendesk", "account": "support", "legal_entity": "nordlicht-gmbh"}
            | {
                "order_account": "nordlicht-de",
                "order_id": "1",
                "ticket_id": "7",
                "status": "solved",
            }
            | {
                "customer_key": "ck_ada",
                "channel": "email",
                "created_at": BACK,
                "updated_at": ASKED,
            }
        ],
        "intermediate.int_psp_charges__unioned": [
            {"system": "stripe", "account": PAY["account"], "charge_id": "ch_1"}
        ],
        "intermediate.int_psp_entries__unioned": [
            {"system": "stripe", "account": PAY["account"], "entry_id": row["entry_id"]}
            | {"vendor_type": row["kind"]}
            for row in ledger
        ],
        "staging.stg_stripe__charges": [
            {"account": PAY["account"], "charge_id": "ch_1", "is_test": False}
        ],
    }


def _balance(id_: str, day: date, opening: int, closing: int) -> dict[str, Any]:
    return {
        "system": "paypal",
        "account": "paypal-us",
        "legal_entity": "nordlicht-gmbh",
        "currency": "EUR",
        "statement": "settlement_report",
        "statement_id": id_,
        "balance_date": day,
        "opening_amount": opening,
        "closing_amount": closing,
        "entries_net_amount": closing - opening,
    }


def _entry(
    entry_id: str,
    kind: str,
    at: datetime,
    gross: str,
    fee: str = "0",
    tax: str = "0",
    **more: Any,
) -> dict[str, Any]:
    net = Decimal(gross) - Decimal(fee) - Decimal(tax)
    return {
        **PAY,
        "entry_id": entry_id,
        "kind": kind,
        "is_residual": False,
        "occurred_at": at,
        "occurred_date": at.date(),
        "available_at": at,
        "gross_amount": Decimal(gross),
        "fee_amount": Decimal(fee),
        "tax_on_fee_amount": Decimal(tax),
        "net_amount": net,
        "settlement_amount": net,
        "currency": "EUR",
        "settlement_currency": "EUR",
        "gross_amount_presentment": Decimal(gross) if "charge_id" in more else None,
        "currency_presentment": "EUR" if "charge_id" in more else None,
        **more,
    }
