"""Stripe in a bad mood: healed where it passes, loud where it lasts, never mistaken for an answer."""

import time
from collections.abc import Iterator

import pytest

from ingestion.errors import IncompleteLoad, MissingScope, VendorError
from ingestion.http import Patience
from tests.ingestion.conftest import HURRIED, Warehouse, account_of
from tests.ingestion.tiny_stripe import (
    DAY,
    LIES,
    NOW,
    TinyStripe,
    Twist,
    charge,
    cut,
    emptied,
    event,
    holed,
    later,
    open_stripe,
    payout,
    refusal,
    repeated,
    shown,
    skipped,
    transaction,
)

SALES = 12
EVERY_LIST = ("charges", "balance_transactions", "customers", "events")


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINY_SECRET", "rk_live_tiny")


@pytest.fixture
def stripe() -> Iterator[TinyStripe]:
    with open_stripe(TinyStripe(page=4)) as opened:
        numbers = range(1, SALES + 1)
        opened.add("charges", *(charge(n, NOW - DAY + n) for n in numbers))
        opened.add(
            "balance_transactions", *(transaction(n, f"ch_{n}", NOW - DAY + n) for n in numbers)
        )
        opened.add(
            "customers",
            *({"id": f"cus_{n}", "object": "customer", "created": NOW - n} for n in numbers),
        )
        changed = [charge(n, NOW - DAY + n, disputed=True) for n in numbers]
        opened.add(
            "events", *(event(n, "charge.updated", changed[n - 1], NOW - n) for n in numbers)
        )
        yield opened


def load(warehouse: Warehouse, stripe: TinyStripe, patience: Patience = HURRIED):
    return warehouse.load(account_of(stripe.base_url, "payments", "stripe"), patience)


def landed(warehouse: Warehouse) -> dict[str, int]:
    counted = {
        table: warehouse.query(f"select count(distinct id) from raw_stripe.{table}")[0][0]
        for table in EVERY_LIST
    }
    return {table: count for table, count in counted.items() if count != SALES}


@pytest.mark.parametrize(
    "response",
    [
        lambda: refusal(429, **{"Retry-After": "0.05"}),
        lambda: refusal(500),
        lambda: refusal(503),
        lambda: shown("busy"),
        cut,
    ],
)
def test_a_passing_fault_is_tried_again(stripe: TinyStripe, warehouse: Warehouse, response):
    stripe.faults = [(name, response()) for name in EVERY_LIST * 2]
    load(warehouse, stripe)
    assert landed(warehouse) == {}


def test_retry_after_is_honoured(stripe: TinyStripe, warehouse: Warehouse):
    stripe.faults = [("charges", refusal(429, **{"Retry-After": "1"}))]
    begun = time.monotonic()
    load(warehouse, stripe, Patience(attempts=2, first=0.01, longest=5))
    assert time.monotonic() - begun >= 1


def test_a_lasting_fault_ends_the_load_and_keeps_nothing(stripe: TinyStripe, warehouse: Warehouse):
    stripe.faults = [("customers", refusal(500)) for _ in range(20)]
    with pytest.raises(VendorError, match=r"/v1/customers still fails after 4 tries"):
        load(warehouse, stripe)
    stripe.faults = []
    load(warehouse, stripe)
    assert landed(warehouse) == {}


@pytest.mark.parametrize("twist", LIES)
def test_a_page_that_lies_once_loses_nothing(
    stripe: TinyStripe, warehouse: Warehouse, twist: Twist
):
    stripe.twists = [(name, each) for name in EVERY_LIST for each in later(twist, 1)]
    load(warehouse, stripe)
    assert landed(warehouse) == {}
    assert stripe.twists == []


def test_pages_that_always_lie_are_never_believed(stripe: TinyStripe, warehouse: Warehouse):
    stripe.page = 100
    stripe.twists = [("charges", emptied) for _ in range(400)]
    with pytest.raises(IncompleteLoad, match=r"stripe payments, charges: ch_1 did not come"):
        load(warehouse, stripe)
    stripe.twists = []
    load(warehouse, stripe)
    assert landed(warehouse) == {}


def test_a_row_left_out_of_a_page_is_missed_by_its_balance_transaction(
    stripe: TinyStripe, warehouse: Warehouse
):
    stripe.twists = [("charges", each) for each in later(holed, 1)]
    with pytest.raises(
        IncompleteLoad, match="charges: ch_11 did not come, and balance transaction"
    ):
        load(warehouse, stripe)


def test_no_more_is_not_believed_while_there_is(stripe: TinyStripe, warehouse: Warehouse):
    stripe.has_more = lambda name, more: False
    load(warehouse, stripe)
    assert landed(warehouse) == {}


def test_more_that_never_comes_is_no_end(stripe: TinyStripe, warehouse: Warehouse):
    stripe.has_more = lambda name, more: True
    with pytest.raises(IncompleteLoad, match="brings nothing new in each of 4"):
        load(warehouse, stripe)


@pytest.mark.parametrize("twist", [skipped, repeated, holed])
def test_entries_of_a_payout_are_doubted_like_any_list(
    stripe: TinyStripe, warehouse: Warehouse, twist: Twist
):
    stripe.page = 100
    stripe.add("payouts", payout(1, 960 * SALES))
    stripe.entries["po_1"] = [f"txn_{n}" for n in range(1, SALES + 1)]
    # The list of all balance transactions takes three requests, then its payout's entries are asked for.
    stripe.twists = [("balance_transactions", each) for each in later(twist, 3)]
    load(warehouse, stripe)
    assert warehouse.count("stripe.payout_entries") == SALES
    assert stripe.twists == []


def test_a_row_deleted_while_its_list_is_read_starts_it_again(
    stripe: TinyStripe, warehouse: Warehouse
):
    asked: list[str] = []

    def deletes(name: str) -> None:
        asked.append(name)
        if asked.count("customers") == 3:
            # The first page's last rows, from which the next page was to go on.
            del stripe.objects["customers"][2:4]

    stripe.before = deletes
    load(warehouse, stripe)
    assert landed(warehouse) == {"customers": SALES - 2}


def test_new_rows_on_top_of_a_list_being_read_disturb_nothing(
    stripe: TinyStripe, warehouse: Warehouse
):
    sold = iter(range(100, 200))

    def sells(name: str) -> None:
        if name == "charges":
            stripe.add("charges", charge(next(sold), NOW))

    stripe.before = sells
    load(warehouse, stripe)
    stripe.before = lambda name: None
    load(warehouse, stripe)
    assert newest_charges(warehouse) == len(stripe.objects["charges"])


def newest_charges(warehouse: Warehouse) -> int:
    return warehouse.query("select count(distinct id) from raw_stripe.charges")[0][0]


@pytest.mark.parametrize(
    ("name", "permission"),
    [
        *[("events", "Events: Read"), ("charges", "Charges and Refunds: Read")],
        *[("payouts", "Payouts: Read")],
        ("balance_transactions", "Balance transaction sources: Read"),
    ],
)
def test_a_key_that_may_not_read_is_named_with_what_it_lacks(
    stripe: TinyStripe, warehouse: Warehouse, name: str, permission: str
):
    stripe.faults = [(name, refusal(403, "The provided key 'rk_live_*' does not have ..."))]
    said = rf"the secret in TINY_SECRET has no '{permission}' \(403 at /v1/{name}\)"
    with pytest.raises(MissingScope, match=said):
        load(warehouse, stripe)
    assert not warehouse.path.exists()


def test_a_refused_key_is_named_and_never_shown(
    stripe: TinyStripe, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TINY_SECRET", "rk_live_revoked")
    with pytest.raises(VendorError, match=r"refuses the secret in TINY_SECRET \(401") as caught:
        load(warehouse, stripe)
    assert "rk_live_revoked" not in str(caught.value)
    assert len(stripe.seen) == 1


def test_a_request_that_stripe_refuses_is_an_error_not_an_empty_list(
    stripe: TinyStripe, warehouse: Warehouse
):
    stripe.faults = [("refunds", refusal(400, "Received unknown parameter"))]
    with pytest.raises(VendorError, match="answer 400 from /v1/refunds"):
        load(warehouse, stripe)
