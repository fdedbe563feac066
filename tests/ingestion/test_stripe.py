"""Stripe: what is new comes by lists, what changed by events, what is lost is not believed."""

import logging
from collections.abc import Iterator
from csv import DictReader
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion import stripe_api
from ingestion.currencies import CURRENCIES
from ingestion.errors import IncompleteLoad
from ingestion.sources.stripe import exponent
from tests.ingestion.conftest import Warehouse, account_of
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

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINY_SECRET", "rk_live_tiny")


@pytest.fixture
def stripe() -> Iterator[TinyStripe]:
    with open_stripe(TinyStripe()) as opened:
        yield opened


def load(warehouse: Warehouse, stripe: TinyStripe):
    return warehouse.load(account_of(stripe.base_url, "payments", "stripe"))


def sell(stripe: TinyStripe, *numbers: int, created: int = NOW - 5 * DAY) -> None:
    stripe.add("charges", *(charge(n, created + n) for n in numbers))
    stripe.add("balance_transactions", *(transaction(n, f"ch_{n}", created + n) for n in numbers))


def newest(warehouse: Warehouse, table: str, columns: str) -> list[tuple]:
    """What staging would take: of each object the greatest version."""
    return warehouse.query(
        f"select {columns} from (select *, row_number() over (partition by id order by _version_at"
        f" desc, _received_at desc, _version_hash desc) as nth from raw_stripe.{table})"
        " where nth = 1 and not _deleted order by all"
    )


def test_a_first_load_takes_everything_in_few_requests(stripe: TinyStripe, warehouse: Warehouse):
    sell(stripe, *range(1, 251))
    stripe.add("customers", {"id": "cus_1", "object": "customer", "created": NOW - DAY})
    result = load(warehouse, stripe)
    assert (result.rows["charges"], result.rows["customers"]) == (250, 1)
    assert (result.rows["balance_transactions"], result.rows["fee_details"]) == (250, 250)
    # The newest row alone, three pages that overlap by a row, one that proves the end.
    assert len(stripe.asked("charges")) == 5
    assert result.dead_letters == 0
    assert {given.get("limit") for given in stripe.asked("charges")} == {"1", "100"}
    assert stripe.versions == {stripe_api.VERSION}
    assert {check.stream: check.landed for check in result.completeness}["charges"] == 250
    assert warehouse.query("select distinct _extra from raw_stripe.charges") == [(None,)]


def test_rows_are_typed_and_versioned_by_the_vendors_clock(
    stripe: TinyStripe, warehouse: Warehouse
):
    sell(stripe, 1)
    load(warehouse, stripe)
    assert warehouse.query(
        "select id, amount, currency, captured, created::varchar, metadata__order_id,"
        " billing_details__address__country, payment_method_details__card__brand,"
        " _version_at::varchar from raw_stripe.charges"
    ) == [
        (
            *("ch_1", 1000, "eur", True, "2026-10-10 06:00:01", "1", "DE", "visa"),
            "2026-10-15 06:00:00",
        )
    ]


def test_the_next_load_asks_from_the_newest_row_and_finds_it(
    stripe: TinyStripe, warehouse: Warehouse
):
    sell(stripe, 1, 2)
    load(warehouse, stripe)
    stripe.seen.clear()
    sell(stripe, 3, created=NOW)
    stripe.clock += DAY
    result = load(warehouse, stripe)
    assert {given["created[gte]"] for given in stripe.asked("charges")} == {
        str(NOW - 5 * DAY + 2 - 3600)
    }
    assert newest(warehouse, "charges", "id") == [("ch_1",), ("ch_2",), ("ch_3",)]
    assert result.requests <= 25
    windows = {check.stream: check.window_start for check in result.completeness}
    assert str(windows["charges"]) == "2026-10-10 05:00:02"


def test_a_list_that_hides_what_is_known_is_not_believed(stripe: TinyStripe, warehouse: Warehouse):
    sell(stripe, 1, 2)
    load(warehouse, stripe)
    known = stripe.objects["charges"]
    stripe.objects["charges"] = []
    with pytest.raises(IncompleteLoad, match=r"charges: nothing of \d+, where a known row lies"):
        load(warehouse, stripe)
    stripe.objects["charges"] = known
    load(warehouse, stripe)


def test_a_change_to_an_older_object_lands_by_its_event(stripe: TinyStripe, warehouse: Warehouse):
    sell(stripe, 1, created=NOW - 20 * DAY)
    sell(stripe, 2)
    load(warehouse, stripe)
    stripe.clock += DAY
    refunded = charge(1, NOW - 20 * DAY + 1, amount_refunded=400)
    stripe.add("events", event(1, "charge.refunded", refunded, NOW + 100))
    stripe.add("events", event(2, "charge.updated", refunded | {"disputed": True}, NOW + 200))
    load(warehouse, stripe)
    assert newest(warehouse, "charges", "id, amount_refunded, disputed, epoch(_version_at)") == [
        ("ch_1", 400, True, NOW + 200),
        ("ch_2", 0, None, NOW + DAY),
    ]
    assert warehouse.query(
        "select id, type, data__object__id, epoch(_version_at) from raw_stripe.events order by id"
    ) == [
        ("evt_1", "charge.refunded", "ch_1", NOW + 100),
        ("evt_2", "charge.updated", "ch_1", NOW + 200),
    ]


def test_an_older_state_that_an_event_shows_never_wins(stripe: TinyStripe, warehouse: Warehouse):
    stripe.add("charges", charge(1, NOW - 1000, status="succeeded"))
    pending = charge(1, NOW - 1000, status="pending")
    stripe.add("events", event(1, "charge.pending", pending, NOW - 1000))
    load(warehouse, stripe)
    stripe.clock += 60
    load(warehouse, stripe)
    assert newest(warehouse, "charges", "id, status") == [("ch_1", "succeeded")]


def test_an_object_that_changes_after_it_was_listed_comes_next_time(
    stripe: TinyStripe, warehouse: Warehouse
):
    sell(stripe, 1)

    def refunds(name: str) -> None:
        if name == "customers":  # the last list; events are read after it
            stripe.clock = NOW + 30
            stripe.before = lambda name: None
            changed = charge(1, NOW - 5 * DAY + 1, amount_refunded=700)
            stripe.objects["charges"] = [changed]
            stripe.add("events", event(1, "charge.refunded", changed, NOW + 10))

    stripe.before = refunds
    load(warehouse, stripe)
    assert newest(warehouse, "charges", "amount_refunded") == [(700,)]


def test_a_customer_who_was_deleted_is_gone(stripe: TinyStripe, warehouse: Warehouse):
    ann = {"id": "cus_1", "object": "customer", "created": NOW - DAY, "email": "ann@example.com"}
    stripe.add("customers", ann)
    load(warehouse, stripe)
    stripe.clock += DAY
    stripe.objects["customers"] = []
    stripe.add("events", event(1, "customer.deleted", ann, NOW + 50))
    load(warehouse, stripe)
    assert newest(warehouse, "customers", "id") == []


@pytest.mark.parametrize(("days", "whole"), [(28, False), (31, True)])
def test_a_load_after_the_events_horizon_reads_every_list_whole_and_says_so(
    stripe: TinyStripe,
    warehouse: Warehouse,
    caplog: pytest.LogCaptureFixture,
    days: int,
    whole: bool,
):
    sell(stripe, 1, created=NOW - 20 * DAY)
    sell(stripe, 2)
    load(warehouse, stripe)
    stripe.clock += days * DAY
    stripe.objects["charges"][0]["amount_refunded"] = 300  # its event is lost by now
    stripe.seen.clear()
    with caplog.at_level(logging.WARNING):
        load(warehouse, stripe)
    assert ("created[gte]" not in stripe.asked("charges")[-1]) is whole
    assert ("every list is read whole again" in caplog.text) is whole
    assert (("ch_1", 300) in newest(warehouse, "charges", "id, amount_refunded")) is whole
    stripe.seen.clear()
    load(warehouse, stripe)
    assert "created[gte]" in stripe.asked("charges")[-1]


def test_history_from_bounds_the_first_load(stripe: TinyStripe, warehouse: Warehouse):
    sell(stripe, 1, created=NOW - 400 * DAY)
    sell(stripe, 2)
    stripe.add("refunds", {"id": "re_1", "object": "refund", "created": NOW - DAY})
    stripe.add("balance_transactions", transaction(7, "ch_1", NOW - DAY))
    account = account_of(stripe.base_url, "payments", "stripe")
    warehouse.load(replace(account, history_from=date(2026, 10, 1)))
    # An older charge that newer money speaks of is fetched by its id.
    assert newest(warehouse, "charges", "id") == [("ch_1",), ("ch_2",)]
    assert len(stripe.asked("charges/ch_1")) == 1
    stripe.clock += 40 * DAY
    warehouse.load(replace(account, history_from=date(2026, 11, 1)))
    assert stripe.asked("charges")[-1]["created[gte]"] == "1793491200"


def test_a_source_that_its_list_should_hold_makes_the_load_incomplete(
    stripe: TinyStripe, warehouse: Warehouse
):
    sell(stripe, 1, 2)
    hidden = stripe.objects["charges"].pop(0)
    said = "charges: ch_1 did not come, and balance transaction txn_1 speaks of it"
    with pytest.raises(IncompleteLoad, match=said):
        load(warehouse, stripe)
    stripe.add("charges", hidden)
    load(warehouse, stripe)
    stripe.add("balance_transactions", transaction(3, "re_3", NOW, type="refund"))
    stripe.clock += DAY
    with pytest.raises(IncompleteLoad, match="refunds: re_3 did not come"):
        load(warehouse, stripe)


def test_disputes_carry_the_money_they_moved(stripe: TinyStripe, warehouse: Warehouse):
    moved = transaction(8, "dp_1", type="adjustment", amount=-1000, fee=1500, net=-2500)
    sell(stripe, 1)
    stripe.add("balance_transactions", moved)
    stripe.add(
        "disputes",
        {
            "id": "dp_1",
            "object": "dispute",
            "amount": 1000,
            "currency": "eur",
            "charge": "ch_1",
            "status": "needs_response",
            "created": NOW - 4 * DAY,
            "evidence": {"customer_name": "Ann"},
            "evidence_details": {"due_by": NOW + DAY, "has_evidence": False},
            "payment_method_details": {"type": "card", "card": {"case_type": "chargeback"}},
            "balance_transactions": [moved],
        },
    )
    result = load(warehouse, stripe)
    assert warehouse.query(
        "select dispute_id, id, amount, fee, net from raw_stripe.dispute_balance_transactions"
    ) == [("dp_1", "txn_8", -1000, 1500, -2500)]
    assert warehouse.query(
        "select epoch(evidence_details__due_by), payment_method_details__card__case_type, _extra"
        " from raw_stripe.disputes"
    ) == [(NOW + DAY, "chargeback", None)]
    assert result.dead_letters == 0


def paid_out(stripe: TinyStripe, amount: int, *numbers: int) -> None:
    stripe.add("payouts", payout(1, amount))
    own = transaction(0, "po_1", NOW - DAY, id="txn_po_1", net=-amount, type="payout")
    stripe.add("balance_transactions", own)
    stripe.entries["po_1"] = [own["id"], *(f"txn_{n}" for n in numbers)]


def test_entries_that_add_up_to_their_payout_take_one_request(
    stripe: TinyStripe, warehouse: Warehouse
):
    sell(stripe, 1, 2, 3)
    paid_out(stripe, 1920, 1, 2)
    load(warehouse, stripe)
    assert warehouse.query("select payout_id, id from raw_stripe.payout_entries order by id") == [
        ("po_1", "txn_1"),
        ("po_1", "txn_2"),
        ("po_1", "txn_po_1"),
    ]
    assert len([g for g in stripe.asked("balance_transactions") if "payout" in g]) == 1


@pytest.mark.parametrize("listed", [2, 140])
def test_entries_that_do_not_add_up_are_proven(
    stripe: TinyStripe, warehouse: Warehouse, listed: int
):
    sell(stripe, *range(1, listed + 1))
    paid_out(stripe, 960 * listed - 125, *range(1, listed + 1))  # a fee that no list shows
    load(warehouse, stripe)
    assert warehouse.count("stripe.payout_entries") == listed + 1


def test_payouts_without_an_entry_list_are_not_asked_for_one(
    stripe: TinyStripe, warehouse: Warehouse
):
    forms = [{"automatic": False}, {"status": "pending"}, {"reconciliation_status": "in_progress"}]
    stripe.add("payouts", *(payout(n, 100, **form) for n, form in enumerate(forms)))
    load(warehouse, stripe)
    assert [g for g in stripe.asked("balance_transactions") if "payout" in g] == []


def test_a_pending_payout_is_asked_for_its_entries_when_an_event_says_it_left(
    stripe: TinyStripe, warehouse: Warehouse
):
    sell(stripe, 1)
    paid_out(stripe, 960, 1)
    waiting = stripe.objects["payouts"][0]
    waiting |= {"status": "pending", "created": NOW - 2 * DAY}
    load(warehouse, stripe)
    assert warehouse.count("stripe.payout_entries") == 0
    stripe.clock += DAY
    waiting |= {"status": "paid"}
    stripe.add("events", event(1, "payout.paid", dict(waiting), NOW + 10))
    load(warehouse, stripe)
    assert warehouse.count("stripe.payout_entries") == 2
    assert newest(warehouse, "payouts", "status") == [("paid",)]


def test_a_poisoned_row_is_a_dead_letter_with_its_money(stripe: TinyStripe, warehouse: Warehouse):
    sell(stripe, 1)
    stripe.add(
        "charges",
        charge(2, amount_captured="lots", amount=123456),
        charge(3, currency="jpy", amount=980) | {"created": "yesterday"},
        charge(4, currency="kwd", captured="perhaps", amount=12340),
        charge(5, amount={"value": 5}),
    )
    result = load(warehouse, stripe)
    assert result.rows["charges"] == 1
    assert warehouse.query(
        "select source_id, reason, amount, currency from raw_stripe.dead_letters order by 1"
    ) == [
        *[("ch_2", "charges.amount_captured: 'lots' is not bigint", Decimal("1234.56"), "EUR")],
        *[("ch_3", "charges.created: 'yesterday' is not timestamp", Decimal(980), "JPY")],
        *[("ch_4", "charges.captured: 'perhaps' is not boolean", Decimal("12.34"), "KWD")],
        *[("ch_5", "charges.amount: '{\"value\":5}' is not bigint", None, "EUR")],
    ]


def test_ids_and_amounts_stay_what_they_are(stripe: TinyStripe, warehouse: Warehouse):
    odd = charge(1, id="1E5", amount=9007199254740993, payment_intent="9007199254740993")
    stripe.add("charges", odd)
    load(warehouse, stripe)
    assert warehouse.query("select id, amount, payment_intent from raw_stripe.charges") == [
        ("1E5", 9007199254740993, "9007199254740993")
    ]


def test_metadata_no_table_declares_is_kept(stripe: TinyStripe, warehouse: Warehouse):
    stripe.add("charges", charge(1, metadata={"shop": "s", "campaign": "spring"}))
    load(warehouse, stripe)
    assert warehouse.query("select metadata__shop, _extra from raw_stripe.charges") == [
        ("s", '{"metadata.campaign":"spring"}')
    ]


def test_running_twice_changes_no_newest_version(stripe: TinyStripe, warehouse: Warehouse):
    sell(stripe, *range(1, 6))
    paid_out(stripe, 960, 1)
    load(warehouse, stripe)
    before = newest(warehouse, "charges", "id, amount, _version_hash, _version_at")
    load(warehouse, stripe)
    assert newest(warehouse, "charges", "id, amount, _version_hash, _version_at") == before


def test_exponents_are_those_the_models_divide_by():
    """ISO 4217 from the models' seed, with Stripe's own exceptions as its staging macro has them."""
    with (PROJECT / "dbt_project/seeds/currencies.csv").open() as file:
        iso = {row["code"]: int(row["exponent"]) for row in DictReader(file)}
    stripes = iso | {"ISK": 2, "UGX": 2, "MGA": 0}
    apart = {c: (exponent(c), stripes[c]) for c in CURRENCIES if exponent(c) != stripes[c]}
    assert apart == {}
