"""Every id at the vendor against raw: what is missing here lands, what is gone there gets a tombstone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from ingestion import source_of, sweep, systems
from ingestion.load_apart import LoadApart
from ingestion.sweep import Swept
from tests.ingestion.conftest import HURRIED, Warehouse, account_of
from tests.ingestion.test_stripe import newest
from tests.ingestion.tiny_crm import TinyCrm, archived, company, contact, open_crm
from tests.ingestion.tiny_parcels import TinyParcels, open_parcels, tracking
from tests.ingestion.tiny_shop import TinyShop
from tests.ingestion.tiny_stripe import (
    DAY,
    NOW,
    TinyStripe,
    charge,
    open_stripe,
    payout,
    transaction,
)
from tests.ingestion.tiny_world import customer, order


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch) -> Iterator[TinyStripe]:
    monkeypatch.setenv("TINY_SECRET", "rk_live_tiny")
    with open_stripe(TinyStripe()) as opened:
        yield opened


@pytest.fixture
def crm(monkeypatch: pytest.MonkeyPatch) -> Iterator[TinyCrm]:
    monkeypatch.setenv("TINY_SECRET", "pat-eu1-tiny")
    with open_crm(TinyCrm()) as opened:
        yield opened


@pytest.fixture
def parcels(monkeypatch: pytest.MonkeyPatch) -> Iterator[TinyParcels]:
    monkeypatch.setenv("TINY_SECRET", "asat_tiny")
    with open_parcels(TinyParcels()) as opened:
        yield opened


def load_of(warehouse: Warehouse, base_url: str, system: str) -> LoadApart:
    account = account_of(base_url, "tiny", system)
    return LoadApart(account, "sweep", warehouse.workdir, warehouse.path, HURRIED)


def swept(warehouse: Warehouse, load: LoadApart) -> dict[str, Swept]:
    report = sweep.extract(load, sweep.known_of(load.account, warehouse.path))
    load.write()
    return {one.stream: one for one in report}


def current(warehouse: Warehouse, table: str) -> list[str]:
    """Ids of what staging would take, whatever the system."""
    rows = warehouse.query(
        "select id from (select *, row_number() over (partition by id order by _version_at desc,"
        f" _received_at desc, _version_hash desc) as nth from raw_{table}) where nth = 1"
        " and not _deleted order by id"
    )
    return [id_ for (id_,) in rows]


def test_what_stripe_has_comes_and_what_it_no_longer_has_goes(
    stripe: TinyStripe, warehouse: Warehouse
):
    """A payout and its money lost long ago; one customer deleted in silence, one that says so."""
    stripe.add("charges", charge(1))
    stripe.add("balance_transactions", transaction(1, "ch_1"))
    people = [
        {"id": f"cus_{n}", "object": "customer", "created": NOW - 50 * DAY + n} for n in (1, 2, 3)
    ]
    stripe.add("customers", *people)
    load = load_of(warehouse, stripe.base_url, "stripe")
    warehouse.load(load.account)
    lost = NOW - 40 * DAY
    stripe.add("payouts", payout(7, 960, lost, status="paid"))
    stripe.add("balance_transactions", transaction(7, "po_7", lost, type="payout"))
    stripe.entries["po_7"] = ["txn_7", "txn_1"]
    stripe.objects["customers"] = people[:1]
    stripe.seen.clear()
    report = swept(warehouse, load)
    assert report["customers"] == Swept("customers", listed=1, missing=0, gone=2)
    assert report["payouts"] == Swept("payouts", listed=1, missing=1, gone=0)
    assert report["charges"] == Swept("charges", listed=1, missing=0, gone=0)
    assert newest(warehouse, "customers", "id") == [("cus_1",)]
    assert newest(warehouse, "payout_entries", "payout_id, id") == [
        ("po_7", "txn_1"),
        ("po_7", "txn_7"),
    ]
    assert warehouse.count("stripe.charges") == 1  # what was here is not landed again
    assert warehouse.query(
        "select stream, expected, landed, status from raw_stripe.load_completeness"
        " where stream in ('customers:sweep', 'payouts:sweep') order by 1"
    ) == [("customers:sweep", 1, 1, "complete"), ("payouts:sweep", 1, 1, "complete")]


def test_a_list_that_hides_what_is_there_buries_nothing(stripe: TinyStripe, warehouse: Warehouse):
    people = [{"id": f"cus_{n}", "object": "customer", "created": NOW - DAY + n} for n in (1, 2)]
    stripe.add("customers", *people)
    account = replace(account_of(stripe.base_url, "tiny", "stripe"), history_from=date(2026, 1, 1))
    load = replace(load_of(warehouse, stripe.base_url, "stripe"), account=account)
    warehouse.load(account)
    old = charge(9, NOW - 400 * DAY)  # before the account's history begins
    stripe.add("charges", old)
    hidden = ("customers", lambda rest, page: [row for row in page if row["id"] != "cus_1"])
    stripe.twists = [hidden] * 9  # in every answer alike, so no page contradicts another
    report = swept(warehouse, load)
    assert report["customers"] == Swept("customers", listed=1, missing=0, gone=0)
    assert report["charges"] == Swept("charges", listed=0, missing=0, gone=0)
    assert newest(warehouse, "customers", "id") == [("cus_1",), ("cus_2",)]


@pytest.mark.soak
def test_sweeping_again_changes_nothing_and_what_came_back_is_current(
    stripe: TinyStripe, warehouse: Warehouse
):
    ann = {"id": "cus_1", "object": "customer", "created": NOW - DAY}
    stripe.add("customers", ann)
    load = load_of(warehouse, stripe.base_url, "stripe")
    warehouse.load(load.account)
    stripe.objects["customers"] = []
    assert [swept(warehouse, load)["customers"].gone for _ in range(2)] == [1, 0]
    stripe.objects["customers"] = [ann]  # it was a fault of theirs
    assert swept(warehouse, load)["customers"].missing == 1
    assert newest(warehouse, "customers", "id") == [("cus_1",)]


def test_hubspots_merged_and_archived_records_are_not_gone(crm: TinyCrm, warehouse: Warehouse):
    crm.contacts = [contact(n) for n in (1, 2, 3, 4)]
    crm.contacts.append(archived(contact(5), "2026-08-01T10:00:00.000Z"))
    crm.companies = [company(9)]
    crm.members = {"6": {"9": ["Employee"]}}
    load = load_of(warehouse, crm.base_url, "hubspot")
    warehouse.load(load.account)
    winner = contact(1, hs_merged_object_ids="2")
    # 2 merged into 1, 3 is archived, 4 deleted for good, 5 left the bin after 90 days, 6 was passed by.
    crm.contacts = [winner, archived(contact(3), "2026-10-14T10:00:00.000Z"), contact(6)]
    report = swept(warehouse, load)
    assert report["contacts"] == Swept("contacts", listed=3, missing=1, gone=1)
    assert current(warehouse, "hubspot.contacts") == ["1", "2", "3", "5", "6"]
    assert warehouse.query("select contact_id, company_id from raw_hubspot.contact_companies") == [
        ("6", "9")
    ]


def test_parcels_that_aftership_let_go_of_stay_and_deleted_ones_go(
    parcels: TinyParcels, warehouse: Warehouse
):
    old = tracking(1, created_at="2026-01-01T10:00:00+00:00")
    parcels.trackings = [old, tracking(2), tracking(3)]
    load = load_of(warehouse, parcels.base_url, "aftership")
    warehouse.load(load.account)
    parcels.trackings = [tracking(2), tracking(4, "2026-09-02T10:00:00+00:00")]
    report = swept(warehouse, load)
    assert report["trackings"] == Swept("trackings", listed=2, missing=1, gone=1)
    assert current(warehouse, "aftership.trackings") == [f"{n:032x}" for n in (1, 2, 4)]
    assert {"id": f"{1:032x}"} not in parcels.seen  # too old to be asked for


def test_a_shop_is_listed_by_ids_alone_and_what_was_lost_comes_whole(
    shop: TinyShop, warehouse: Warehouse
):
    """Sixty customers by a bulk operation of ids, two orders by the opening question's own list."""
    shop.customers = [customer(number) for number in range(1, 61)]
    shop.orders = [order(1)]
    load = load_of(warehouse, shop.base_url, "shopify")
    warehouse.load(load.account)
    shop.customers = shop.customers[1:]
    sent_back = {"__typename": "Return", "id": "gid://shopify/Return/5", "status": "CLOSED"}
    shop.orders.append(order(2, updated="2026-01-01T10:00:00Z", returns=[sent_back]))
    shop.seen.clear()
    report = swept(warehouse, load)
    assert report["customers"] == Swept("customers", listed=59, missing=0, gone=1)
    assert report["orders"] == Swept("orders", listed=2, missing=1, gone=0)
    assert current(warehouse, "shopify.orders") == [f"gid://shopify/Order/{n}" for n in (1, 2)]
    assert len(current(warehouse, "shopify.customers")) == 59
    assert warehouse.query(
        "select count(*) from raw_shopify.line_items where order_id like '%/2'"
    ) == [(2,)]
    assert current(warehouse, "shopify.returns") == ["gid://shopify/Return/5"]
    assert shop.asked("bulkOperationRunQuery") == 1


def test_each_system_is_swept_or_says_why_not():
    for system in systems():
        home = source_of(system)
        tables = {table.name: table for table in home.TABLES}
        assert bool(getattr(home, "NO_SWEEP", None)) != hasattr(home, "SWEPT"), system
        for name in getattr(home, "SWEPT", {}):
            assert tables[name].key == ("id",), (system, name)
            assert tables[name].parent is None, (system, name)


def test_rates_are_not_swept(warehouse: Warehouse):
    account = account_of("http://127.0.0.1:1", "rates", "ecb")
    with pytest.raises(ValueError, match="ecb rates can't be swept: its rates have no ids"):
        sweep.load_of(account, warehouse.workdir, warehouse.path)
