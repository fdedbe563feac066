"""A shop's own whole counts land with each load, one query for all."""

from pathlib import Path

from ingestion import shopify_counts
from ingestion.sources import shopify
from tests.ingestion.conftest import Warehouse, account_of
from tests.ingestion.tiny_shop import TinyShop
from tests.ingestion.tiny_world import customer, order

COMPARED = Path("dbt_project/models/intermediate/operations/int_object_counts__compared.sql")


def test_all_counts_land_with_a_load_by_one_query(shop: TinyShop, warehouse: Warehouse):
    shop.orders, shop.customers = [order(1), order(2)], [customer(1)]
    warehouse.load(account_of(shop.base_url))
    shop.orders = shop.orders[
        :1
    ]  # one was deleted: an increment counts what changed, so only this shows it
    warehouse.load(account_of(shop.base_url))
    assert warehouse.query(
        "select counted from raw_shopify.object_counts where stream = 'orders'"
        " order by _received_at"
    ) == [(2,), (1,)]
    assert warehouse.query(
        "select distinct counted, asked_at::varchar from raw_shopify.object_counts"
        " where stream = 'customers'"
    ) == [(1, "2026-10-15 06:00:00")]
    assert shop.asked("orders_whole: ordersCount") == 2


def test_every_counted_list_is_compared_with_what_is_held():
    sql = COMPARED.read_text()
    for stream in shopify_counts.counted(shopify.STREAMS):
        assert f"'{stream.name}' as stream" in sql, f"add {stream.name} to {COMPARED}"
