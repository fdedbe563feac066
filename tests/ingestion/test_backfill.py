"""A range read again, whatever the cursors say: by chunks, each kept, the ordinary load undisturbed."""

import itertools
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion import backfill
from ingestion.backfill import Chunk, Plan
from ingestion.errors import VendorError
from ingestion.holdings import Holding, holdings
from ingestion.load_apart import LoadApart
from tests.ingestion.conftest import HURRIED, Warehouse, account_of
from tests.ingestion.tiny_crm import TinyCrm, contact, open_crm
from tests.ingestion.tiny_parcels import TinyParcels, open_parcels, tracking
from tests.ingestion.tiny_stripe import (
    DAY,
    NOW,
    TinyStripe,
    charge,
    open_stripe,
    payout,
    refusal,
    transaction,
)

OCTOBER = Chunk(date(2026, 10, 1), date(2026, 10, 7))


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch) -> Iterator[TinyStripe]:
    monkeypatch.setenv("TINY_SECRET", "rk_live_tiny")
    with open_stripe(TinyStripe()) as opened:
        yield opened


def apart(warehouse: Warehouse, base_url: str, system: str = "stripe") -> LoadApart:
    account = account_of(base_url, "payments", system)
    return LoadApart(account, "backfill", warehouse.workdir, warehouse.path, HURRIED)


def cursors(warehouse: Warehouse) -> dict[str, str]:
    state = orjson.loads((warehouse.workdir / "stripe_payments" / "state.json").read_bytes())
    return state["sources"]["stripe"]["cursors"]


@given(st.dates(date(2020, 1, 1), date(2027, 1, 1)), st.integers(0, 400), st.integers(1, 90))
def test_chunks_hold_every_day_of_the_range_once(first: date, length: int, days: int):
    last = first + timedelta(days=length)
    chunks = Plan(None, first, last, days).chunks  # type: ignore[arg-type] it has no file
    found = [
        chunk.first + timedelta(days=nth)
        for chunk in chunks
        for nth in range((chunk.last - chunk.first).days + 1)
    ]
    assert found == [first + timedelta(days=nth) for nth in range(length + 1)]
    assert all((chunk.last - chunk.first).days < days for chunk in chunks)
    for before, after in itertools.pairwise(chunks):
        assert before.window[1] == after.window[0]


def test_what_no_cursor_would_find_comes_and_no_cursor_moves(
    stripe: TinyStripe, warehouse: Warehouse
):
    """A charge is there now that was created long before the cursor; no event speaks of it."""
    stripe.add("charges", charge(1, NOW - DAY), charge(2, NOW - 30 * DAY))
    stripe.add("balance_transactions", transaction(1, "ch_1", NOW - DAY))
    load = apart(warehouse, stripe.base_url)
    warehouse.load(load.account)
    before, kept = holdings(load.account, warehouse.path), cursors(warehouse)
    created = NOW - 10 * DAY  # 5 October
    stripe.add("charges", charge(3, created, amount=1234), charge(4, created, currency="jpy"))
    stripe.add(
        "balance_transactions", transaction(3, "ch_3", created), transaction(9, "po_9", created)
    )
    stripe.add("payouts", payout(9, 960, created))
    stripe.entries["po_9"] = ["txn_3", "txn_9"]
    stripe.seen.clear()
    asked = backfill.extract_chunk(load, OCTOBER)
    load.write()
    bounds = {"created[gte]": "1790812800", "created[lt]": "1791417600"}
    assert bounds.items() <= stripe.asked("charges")[-1].items()
    assert len(stripe.asked("events")) == 1  # its clock; what changed since doesn't matter
    assert asked.requests == len(stripe.seen)
    after = holdings(load.account, warehouse.path)
    assert {key: after[key] for key in after if after[key] != before.get(key)} == {
        ("charges", "EUR"): Holding(3, Decimal("32.34")),
        ("charges", "JPY"): Holding(1, Decimal(1000)),
        ("balance_transactions", "EUR"): Holding(3, Decimal("30.00")),
        ("fee_details", "EUR"): Holding(3, Decimal("1.20")),
        ("payouts", "EUR"): Holding(1, Decimal("9.60")),
        ("payout_entries", ""): Holding(2, None),
    }
    assert cursors(warehouse) == kept
    assert warehouse.query(
        "select stream, status, landed, window_start::date::varchar, window_end::date::varchar"
        " from raw_stripe.load_completeness where stream = 'charges:backfill'"
    ) == [("charges:backfill", "complete", 2, "2026-10-01", "2026-10-08")]


def test_a_chunk_that_does_not_come_keeps_nothing(stripe: TinyStripe, warehouse: Warehouse):
    load = apart(warehouse, stripe.base_url)
    stripe.add("charges", charge(1, NOW - 10 * DAY))
    stripe.faults.append(("disputes", refusal(401)))
    with pytest.raises(VendorError, match="refuses the secret"):
        backfill.extract_chunk(load, OCTOBER)
    assert load.drain() == 0


def crm_of_three(crm: TinyCrm) -> None:
    for number, day in enumerate(("2026-09-30T23:59:59.999Z", "2026-10-01T00:00:00.000Z"), start=1):
        crm.contacts.append(contact(number, createdate=day))
    crm.contacts.append(contact(3, createdate="2026-10-07T23:59:59.999Z"))
    crm.contacts.append(contact(4, createdate="2026-10-08T00:00:00.000Z"))


def parcels_of_four(parcels: TinyParcels) -> None:
    days = (
        "2026-09-30T23:59:59",
        "2026-10-01T00:00:00",
        "2026-10-07T23:59:59",
        "2026-10-08T00:00:00",
    )
    parcels.trackings = [
        tracking(number, created_at=f"{day}+00:00", checkpoints=[])
        for number, day in enumerate(days, start=1)
    ]


@pytest.mark.parametrize(
    ("system", "secret", "serve", "tiny", "fill"),
    [
        ("hubspot", "pat-eu1-tiny", open_crm, TinyCrm, crm_of_three),
        ("aftership", "asat_tiny", open_parcels, TinyParcels, parcels_of_four),
    ],
)
def test_a_chunk_is_what_was_created_in_its_days(
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
    system: str,
    secret: str,
    serve: Callable,
    tiny: Callable,
    fill: Callable,
):
    monkeypatch.setenv("TINY_SECRET", secret)
    with serve(tiny()) as vendor:
        fill(vendor)
        assert backfill.extract_chunk(apart(warehouse, vendor.base_url, system), OCTOBER).rows == 2


def test_a_source_that_knows_no_range_is_refused(warehouse: Warehouse):
    account = account_of("http://127.0.0.1:1", "rates", "treasury")
    with pytest.raises(
        ValueError, match="treasury rates can't be backfilled: its files are asked for"
    ):
        backfill.load_of(account, warehouse.workdir, warehouse.path)


def test_a_plan_is_taken_up_where_it_was_left(warehouse: Warehouse):
    load = apart(warehouse, "http://127.0.0.1:1")
    plan = backfill.plan_of(load, date(2026, 1, 1), date(2026, 3, 31), 7)
    assert not plan.resume()
    plan.before = {
        ("charges", "EUR"): Holding(3, Decimal("12.34")),
        ("events", ""): Holding(1, None),
    }
    plan.done = 4
    plan.keep()
    again = backfill.plan_of(load, date(2026, 1, 1), date(2026, 3, 31), 7)
    assert again.resume()
    assert again == plan
    other = backfill.plan_of(load, date(2026, 1, 1), date(2026, 3, 31), 14)
    assert not other.resume()
    assert other.is_begun


def test_two_backfills_of_one_account_never_meet(warehouse: Warehouse):
    load = apart(warehouse, "http://127.0.0.1:1")
    with (
        backfill.alone(load),
        pytest.raises(ValueError, match="another process runs a backfill of stripe payments"),
        backfill.alone(load),
    ):
        pass
    with backfill.alone(load):
        pass
