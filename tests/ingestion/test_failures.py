"""A load that fails says so in the warehouse: which stream, what was promised, what came, and why."""

from datetime import UTC, datetime

import pytest
from starlette.responses import Response

from ingestion import failures, load
from ingestion.errors import IncompleteLoad, MissingScope, MissingSecret, VendorError
from ingestion.group import Group
from ingestion.sources import shopify
from tests.ingestion.conftest import Warehouse, account_of
from tests.ingestion.tiny_shop import TinyShop, answer
from tests.ingestion.tiny_world import order

CHECKS = """
    select distinct stream, expected, landed, status from raw_shopify.load_completeness
    where status <> 'complete' order by 1"""
LETTERS = "select stream, source_id, owner, amount, payload, payload_ref, reason from raw_shopify.dead_letters"
NOTHING = {"orders": {"edges": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}}
OFTEN = 40


def lasting(text: str, response: Response) -> list:
    return [lambda body: response if text in body["query"] else None] * OFTEN


def test_less_than_promised_is_on_record_and_the_next_load_is_complete_without_doubles(
    shop: TinyShop, warehouse: Warehouse
):
    account = account_of(shop.base_url)
    shop.orders = [order(1)]
    warehouse.load(account)
    cursor = "2026-10-01T10:00:00"
    shop.orders = [order(n, updated="2026-10-02T10:00:00Z") for n in range(1, 4)]
    shop.faults = lasting("query Orders", answer(NOTHING))
    with pytest.raises(IncompleteLoad, match="orders: 0 came of 3 promised"):
        warehouse.load(account)
    failures.land(account, warehouse.workdir, warehouse.path)
    assert warehouse.query(CHECKS) == [("orders", 3, 0, "incomplete")]
    assert warehouse.query(
        "select window_start from raw_shopify.load_completeness where status = 'incomplete'"
    ) == [(datetime.fromisoformat(cursor),)]
    assert warehouse.count("shopify.dead_letters") == 0
    shop.faults = []
    warehouse.load(account)
    assert warehouse.query(
        "select status from raw_shopify.load_completeness where stream = 'orders' order by checked_at"
    ) == [("complete",), ("incomplete",), ("complete",)]
    assert warehouse.count("shopify.orders") == 4


def test_a_vendor_that_does_not_answer_leaves_a_letter_of_its_stream(
    shop: TinyShop, warehouse: Warehouse
):
    account = account_of(shop.base_url)
    shop.orders, shop.faults = [order(1)], lasting("query Orders", Response(status_code=502))
    with pytest.raises(VendorError) as raised:
        warehouse.load(account)
    # The record waits on disk, whatever becomes of this process; the next write brings it along.
    assert not warehouse.path.exists()
    shop.faults = []
    warehouse.load(account)
    assert warehouse.query(CHECKS) == [("orders", None, 0, "failed")]
    asked = "orders at /admin/api/2026-07/graphql.json"
    said = str(raised.value)
    assert warehouse.query(LETTERS) == [
        ("orders", "stream:orders", "shop-team", None, None, asked, said)
    ]
    assert "shpat_static" not in said


@pytest.mark.soak
def test_a_missing_scope_is_on_record_for_every_stream(shop: TinyShop, warehouse: Warehouse):
    shop.orders, shop.scopes = [order(1)], ["read_products"]
    account = account_of(shop.base_url)
    with pytest.raises(MissingScope):
        warehouse.load(account)
    failures.land(account, warehouse.workdir, warehouse.path)
    streams = sorted(stream.name for stream in shopify.STREAMS)
    assert warehouse.query(CHECKS) == [(name, None, 0, "missing_scope") for name in streams]
    assert warehouse.count("shopify.dead_letters") == warehouse.count("shopify.orders") == 0
    # The tables are all there, so that models can be built on what the other accounts have.
    group = Group("Tiny", "EUR", "Europe/Berlin", (account,))
    load.load_group_context(group, datetime.now(UTC), warehouse.workdir, warehouse.path)
    assert warehouse.count("group.load_completeness") == len(streams)


@pytest.mark.soak
def test_a_refusal_before_any_stream_is_a_letter_of_the_whole_account(
    shop: TinyShop, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
):
    account = account_of(shop.base_url)
    monkeypatch.setenv("TINY_SECRET", "shpat_wrong")
    with pytest.raises(VendorError, match="401"):
        warehouse.load(account)
    monkeypatch.delenv("TINY_SECRET")
    with pytest.raises(MissingSecret):
        warehouse.load(account)
    failures.land(account, warehouse.workdir, warehouse.path)
    assert warehouse.query(
        "select stream, source_id, payload_ref from raw_shopify.dead_letters"
    ) == [("*", "stream:*", "* at /admin/api/2026-07/graphql.json")]
    assert {row[3] for row in warehouse.query(CHECKS)} == {"failed"}
