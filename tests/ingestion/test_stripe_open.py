"""Disputes, refunds and payouts at Stripe are followed until they are final, events or not."""

from collections.abc import Iterator

import orjson
import pytest

from ingestion.standing import standing
from tests.ingestion.conftest import Warehouse, account_of
from tests.ingestion.test_stripe import newest
from tests.ingestion.tiny_stripe import (
    DAY,
    NOW,
    TinyStripe,
    charge,
    event,
    open_stripe,
    payout,
    transaction,
)


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch) -> Iterator[TinyStripe]:
    monkeypatch.setenv("TINY_SECRET", "rk_live_tiny")
    with open_stripe(TinyStripe()) as opened:
        opened.add("charges", charge(1, NOW - 9 * DAY))
        opened.add("balance_transactions", transaction(1, "ch_1", NOW - 9 * DAY))
        yield opened


def dispute(number: int = 1, created: int = NOW - 5 * DAY, status: str = "under_review") -> dict:
    return {
        "id": f"dp_{number}",
        "object": "dispute",
        "amount": 1000,
        "currency": "eur",
        "charge": "ch_1",
        "status": status,
        "created": created,
        "balance_transactions": [],
    }


def kept(warehouse: Warehouse) -> dict[str, str]:
    """Every cursor of the account."""
    state = orjson.loads((warehouse.workdir / "stripe_payments" / "state.json").read_bytes())
    return state["sources"]["stripe"]["cursors"]


def load(warehouse: Warehouse, stripe: TinyStripe):
    return warehouse.load(account_of(stripe.base_url, "payments", "stripe"))


def test_a_dispute_open_for_months_closes_while_its_events_are_gone(
    stripe: TinyStripe, warehouse: Warehouse
):
    """Loads go on every four weeks, so no list is read whole again; no event ever tells of the end."""
    stripe.add("disputes", dispute(1), dispute(2, NOW - DAY, "lost"))
    load(warehouse, stripe)
    for _ in range(2):
        stripe.clock += 28 * DAY
        load(warehouse, stripe)
    assert len(stripe.asked("disputes/dp_1")) == 2  # one request a load
    assert stripe.asked("disputes/dp_2") == []  # final: nobody asks
    stripe.objects["disputes"][0]["status"] = "won"
    stripe.clock += 28 * DAY
    load(warehouse, stripe)
    assert newest(warehouse, "disputes", "id, status") == [("dp_1", "won"), ("dp_2", "lost")]
    stripe.clock += 28 * DAY
    load(warehouse, stripe)
    assert len(stripe.asked("disputes/dp_1")) == 3


def test_what_a_list_or_an_event_showed_costs_no_request(stripe: TinyStripe, warehouse: Warehouse):
    stripe.add("disputes", dispute(1), dispute(2))
    load(warehouse, stripe)
    stripe.clock += 2 * DAY
    closed = stripe.objects["disputes"][0] | {"status": "lost"}
    stripe.objects["disputes"][0] = closed
    stripe.add("events", event(1, "charge.dispute.closed", closed, NOW + DAY))
    load(warehouse, stripe)
    assert newest(warehouse, "disputes", "id, status") == [
        ("dp_1", "lost"),
        ("dp_2", "under_review"),
    ]
    assert stripe.asked("disputes/dp_1") == []


@pytest.mark.soak
def test_loads_of_one_day_ask_once(stripe: TinyStripe, warehouse: Warehouse):
    stripe.add("disputes", dispute(1), dispute(2, NOW - DAY, "lost"))
    load(warehouse, stripe)
    for hours in (24, 3):
        stripe.clock += hours * 3600
        load(warehouse, stripe)
    assert len(stripe.asked("disputes/dp_1")) == 1


def test_pending_refunds_and_payouts_are_followed_and_a_payouts_entries_come(
    stripe: TinyStripe, warehouse: Warehouse
):
    refund = {"id": "re_1", "object": "refund", "amount": 500, "currency": "eur", "charge": "ch_1"}
    stripe.add("refunds", refund | {"status": "pending", "created": NOW - DAY})
    stripe.add("payouts", payout(1, 960, status="pending", reconciliation_status="in_progress"))
    stripe.add(
        "balance_transactions",
        transaction(2, "po_1", NOW - DAY, type="payout", amount=-960, fee=0, net=-960)
        | {"status": "pending"},
    )
    stripe.objects["balance_transactions"][0]["status"] = "pending"
    load(warehouse, stripe)
    stripe.clock += 25 * DAY
    stripe.add("refunds", refund | {"id": "re_2", "status": "succeeded", "created": stripe.clock})
    stripe.add("payouts", payout(2, 1, stripe.clock, automatic=False, status="paid"))
    stripe.objects["refunds"][0]["status"] = "failed"
    stripe.objects["payouts"][0] |= {"status": "paid", "reconciliation_status": "completed"}
    stripe.entries["po_1"] = ["txn_1", "txn_2"]
    for settled in stripe.objects["balance_transactions"]:
        settled["status"] = "available"
    load(warehouse, stripe)
    assert newest(warehouse, "refunds", "id, status") == [("re_1", "failed"), ("re_2", "succeeded")]
    assert ("po_1", "paid") in newest(warehouse, "payouts", "id, status")
    assert newest(warehouse, "payout_entries", "payout_id, id") == [
        ("po_1", "txn_1"),
        ("po_1", "txn_2"),
    ]
    # A payout shows its transactions whole: no event and no list of theirs tells that they settled.
    assert newest(warehouse, "balance_transactions", "id, status") == [
        ("txn_1", "available"),
        ("txn_2", "available"),
    ]
    assert warehouse.query(
        "select count(*) from raw_stripe.fee_details as f join raw_stripe.balance_transactions as t"
        " on t.id = f.balance_transaction_id and t._version_at = f._version_at"
        " and t._received_at = f._received_at where t.id = 'txn_1' and t.status = 'available'"
    ) == [(1,)]


@pytest.mark.soak
def test_an_open_one_that_is_gone_is_dropped_with_a_warning(
    stripe: TinyStripe, warehouse: Warehouse, caplog: pytest.LogCaptureFixture
):
    stripe.add("disputes", dispute(1), dispute(2, NOW - DAY, "lost"))
    load(warehouse, stripe)
    account = account_of(stripe.base_url, "payments", "stripe")
    assert kept(warehouse)["disputes.open"] == "dp_1"
    assert (
        "disputes.open" not in standing(account, warehouse.workdir).cursors
    )  # no stream's standing
    stripe.objects["disputes"] = stripe.objects["disputes"][1:]
    stripe.clock += 2 * DAY
    load(warehouse, stripe)
    assert "dp_1 was open and is not there any more" in caplog.text
    assert "disputes.open" not in kept(warehouse)
