"""A dead letter tried again: what lands stands where it would have stood, what doesn't stays a letter."""

from dataclasses import replace
from types import ModuleType

import pytest

from ingestion import replay
from ingestion.group import Account
from ingestion.replay import Letter
from ingestion.sources import aftership, shopify
from tests.ingestion.conftest import Warehouse, account_of
from tests.ingestion.test_poison import OFTEN, cut, orders_of
from tests.ingestion.tiny_parcels import TinyParcels, checkpoint, open_parcels, tracking
from tests.ingestion.tiny_shop import TinyShop
from tests.ingestion.tiny_world import customer, order

IN_PIECES = "try_cast(replace({}, ' pcs', '') as bigint)"
STANDING = """
    select distinct lines.id, lines.quantity from raw_shopify.line_items as lines
    join raw_shopify.orders as orders on lines.order_id = orders.id and lines.account = orders.account
        and lines._version_at = orders._version_at and lines._received_at = orders._received_at
    order by 1"""


def letters(warehouse: Warehouse, system: str = "shopify") -> list[Letter]:
    return [
        Letter(*row)
        for row in warehouse.query(
            f"select distinct stream, source_id, reason, payload_ref from raw_{system}.dead_letters"
        )
    ]


def again(account: Account, warehouse: Warehouse) -> list[str]:
    found = letters(warehouse, account.system)
    given = [account, found, warehouse.workdir, warehouse.path]
    return list(replay.land_payloads(*given).values())


def mend(
    monkeypatch: pytest.MonkeyPatch, home: ModuleType, table: str, path: str, cast: str
) -> None:
    """From now on a column takes what it refused: somebody mended its declaration."""
    (declared,) = [one for one in home.TABLES if one.name == table]
    mended = replace(declared.columns[path], cast=cast.format)
    monkeypatch.setitem(declared.columns, path, mended)


@pytest.mark.soak
def test_a_payload_that_still_does_not_fit_stays_a_letter_and_says_why(
    shop: TinyShop, warehouse: Warehouse
):
    shop.customers = [customer(1, numberOfOrders="several"), customer(2)]
    account = account_of(shop.base_url)
    warehouse.load(account)
    assert again(account, warehouse) == ["customers.numberOfOrders: 'several' is not bigint"]
    assert warehouse.count("shopify.customers") == warehouse.count("shopify.dead_letters") == 1


def test_a_line_that_fits_now_joins_the_order_it_stood_in(
    shop: TinyShop, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
):
    shop.orders = [order(1)]
    shop.orders[0]["lineItems"][1]["quantity"] = "2 pcs"
    account = account_of(shop.base_url)
    warehouse.load(account)
    assert warehouse.query(STANDING) == [("gid://shopify/LineItem/10000", 1)]
    mend(monkeypatch, shopify, "line_items", "quantity", IN_PIECES)
    assert again(account, warehouse) == []
    assert warehouse.query(STANDING) == [
        ("gid://shopify/LineItem/10000", 1),
        ("gid://shopify/LineItem/10001", 2),
    ]
    assert warehouse.query("select distinct order_id, _extra from raw_shopify.line_items") == [
        ("gid://shopify/Order/1", None)
    ]


@pytest.mark.soak
def test_a_root_that_fits_now_lands_in_the_version_it_had(
    shop: TinyShop, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
):
    shop.customers = [customer(1, numberOfOrders="3 pcs")]
    account = account_of(shop.base_url)
    warehouse.load(account)
    shop.customers = [customer(1, numberOfOrders="4", updatedAt="2026-10-02T00:00:00Z")]
    warehouse.load(account)
    mend(monkeypatch, shopify, "customers", "numberOfOrders", IN_PIECES)
    assert again(account, warehouse) == []
    assert warehouse.query(
        "select number_of_orders from raw_shopify.customers order by _version_at, _received_at"
    ) == [(3,), (4,)]


@pytest.mark.soak
def test_an_element_of_a_list_keeps_its_place(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TINY_SECRET", "asat_tiny")
    scans = [checkpoint("2026-09-02T08:00:00Z"), checkpoint("20260903", message="Held")]
    with open_parcels(TinyParcels([tracking(1, checkpoints=scans)])) as parcels:
        account = account_of(parcels.base_url, system="aftership")
        warehouse.load(account)
    mend(monkeypatch, aftership, "checkpoints", "checkpoint_time", "strptime({}, '%Y%m%d')")
    mend(monkeypatch, aftership, "checkpoints", "created_at", "strptime({}, '%Y%m%d')")
    assert again(account, warehouse) == []
    assert warehouse.query(
        "select tracking_id, position, message from raw_aftership.checkpoints order by position"
    ) == [(f"{1:032x}", 1, "Moved on"), (f"{1:032x}", 2, "Held")]


@pytest.mark.soak
def test_a_buried_object_is_asked_from_its_vendor_again(shop: TinyShop, warehouse: Warehouse):
    shop.orders, shop.faults = orders_of(1, 2), [cut(2)] * OFTEN
    account = account_of(shop.base_url)
    warehouse.load(account)
    given = [account, letters(warehouse), warehouse.workdir, warehouse.path]
    (why,) = replay.ask_objects(*given).values()
    assert "orders: Shopify doesn't give it whole: lineItems of gid://shopify/Order/2" in why
    shop.faults = []
    assert replay.ask_objects(*given) == {}
    replay.write_objects(account, warehouse.workdir, warehouse.path)
    assert warehouse.query("select count(distinct id) from raw_shopify.line_items") == [(120,)]
    shop.orders = []
    assert list(replay.ask_objects(*given).values()) == [
        "the vendor knows it no more; if it is gone for good, discard the letter"
    ]
