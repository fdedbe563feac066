"""Objects asked for by id land as they do when they are pulled."""

import logging
from pathlib import Path

import pytest

from ingestion.request import Request
from ingestion.shopify_api import Shop
from ingestion.shopify_by_id import fetch
from ingestion.sources import shopify
from tests.ingestion.conftest import HURRIED, Warehouse, account_of
from tests.ingestion.tiny_shop import TinyShop
from tests.ingestion.tiny_world import customer, order


def asked(shop: TinyShop, folder: Path, ids: dict[str, list[str]]) -> dict[str, list[dict]]:
    account = account_of(shop.base_url)
    request = Request(account, folder, {}, HURRIED)
    rows: dict[str, list[dict]] = {}
    for table, arrow in fetch(Shop(account, HURRIED), request, shopify.STREAMS, ids):
        rows.setdefault(table, []).extend(arrow.to_pylist())
    return rows


@pytest.mark.soak
def test_objects_by_id_are_the_rows_a_pull_lands(
    shop: TinyShop, warehouse: Warehouse, tmp_path: Path
):
    shop.orders = [order(n, lines=n) for n in range(1, 13)]
    shop.customers = [customer(n) for n in range(3)]
    warehouse.load(account_of(shop.base_url))
    ids = {
        "orders": [one["id"] for one in shop.orders],
        "customers": [one["id"] for one in shop.customers],
    }
    rows = asked(shop, tmp_path, ids)
    for table in ("orders", "line_items", "sales", "sale_taxes", "transactions", "customers"):
        pulled = warehouse.query(
            f"select _version_hash, _version_at from raw_shopify.{table} order by all"
        )
        fetched = sorted((row["_version_hash"], row["_version_at"]) for row in rows[table])
        assert fetched == pulled, table
        assert fetched, table
    assert shop.asked("OrdersById") < len(shop.orders), "several ids to a request"


def test_an_id_the_shop_does_not_know_brings_no_row_and_is_said(
    shop: TinyShop, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    shop.orders = [order(1)]
    with caplog.at_level(logging.WARNING):
        rows = asked(
            shop, tmp_path, {"orders": ["gid://shopify/Order/1", "gid://shopify/Order/404"]}
        )
    assert [row["id"] for row in rows["orders"]] == ["gid://shopify/Order/1"]
    assert "knows no gid://shopify/Order/404 any more" in caplog.text
