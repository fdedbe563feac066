"""Throttles, faults, resets, tokens: waited out within reason, and never mistaken for an answer."""

import time

import pytest
from starlette.responses import Response

from ingestion import shopify_load
from ingestion.errors import IncompleteLoad, MissingScope, MissingSecret, VendorError
from ingestion.http import Patience
from ingestion.sources import shopify
from tests.ingestion.conftest import HURRIED, Warehouse, account_of
from tests.ingestion.tiny_shop import TinyShop, answer, failure
from tests.ingestion.tiny_world import order


def once(response: Response, text: str = "orders("):
    return lambda body: response if text in body["query"] else None


@pytest.mark.parametrize(
    "fault",
    [
        lambda _: Response(status_code=503),
        lambda _: Response(status_code=429, headers={"Retry-After": "0.05"}),
        lambda _: Response(b"<html>busy</html>"),
        lambda _: failure("INTERNAL_SERVER_ERROR"),
    ],
)
def test_a_passing_fault_is_tried_again(shop: TinyShop, warehouse: Warehouse, fault):
    shop.orders, shop.faults = [order(1)], [fault, fault]
    result = warehouse.load(account_of(shop.base_url))
    assert result.rows["orders"] == 1


def test_retry_after_is_honoured(shop: TinyShop, warehouse: Warehouse):
    shop.faults = [lambda _: Response(status_code=429, headers={"Retry-After": "1"})]
    begun = time.monotonic()
    warehouse.extract(account_of(shop.base_url), Patience(attempts=2, first=0.01, longest=5))
    assert time.monotonic() - begun >= 1


def test_a_lasting_fault_ends_the_load_and_keeps_nothing(shop: TinyShop, warehouse: Warehouse):
    shop.orders = [order(1)]
    shop.faults = [once(Response(status_code=502)) for _ in range(20)]
    with pytest.raises(VendorError, match=r"still fails after 4 tries \(answer 502\)"):
        warehouse.load(account_of(shop.base_url))
    shop.faults = []
    assert warehouse.load(account_of(shop.base_url)).rows["orders"] == 1


def test_throttling_is_waited_out_by_the_restore_rate(shop: TinyShop, warehouse: Warehouse):
    status = {"maximumAvailable": 2000, "currentlyAvailable": 40, "restoreRate": 100}
    throttled = failure("THROTTLED", requestedQueryCost=100, throttleStatus=status)
    shop.orders, shop.faults = [order(1)], [once(throttled)]
    begun = time.monotonic()
    result = warehouse.load(account_of(shop.base_url), Patience(first=0.01, longest=5))
    assert time.monotonic() - begun >= 0.6
    assert result.rows["orders"] == 1


def test_a_query_that_costs_too_much_is_asked_in_smaller_pieces(
    shop: TinyShop, warehouse: Warehouse
):
    shop.orders = [order(n, lines=12) for n in range(1, 20)]
    dear = failure("MAX_COST_EXCEEDED", requestedQueryCost=1500)
    shop.faults = [once(dear) for _ in range(4)]
    warehouse.load(account_of(shop.base_url))
    assert warehouse.count("shopify.line_items") == 19 * 12
    asked = [b["variables"] for b in shop.seen if b["query"].startswith("query Orders")]
    assert (asked[0]["first"], asked[0]["nested"]) == (1, 2)


def test_an_empty_page_where_more_was_promised_is_no_end(shop: TinyShop, warehouse: Warehouse):
    shop.orders = [order(n) for n in range(1, 4)]
    empty = {"orders": {"edges": [], "pageInfo": {"hasNextPage": True, "endCursor": "1"}}}
    shop.faults = [once(answer(empty), "query Orders")]
    with pytest.raises(IncompleteLoad, match="orders promises more and gives no further page"):
        warehouse.load(account_of(shop.base_url))


def test_fewer_roots_than_counted_leaves_nothing(shop: TinyShop, warehouse: Warehouse):
    shop.orders = [order(n) for n in range(1, 4)]
    short = {"orders": {"edges": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}}
    shop.faults = [once(answer(short), "query Orders")]
    with pytest.raises(IncompleteLoad, match="orders: 0 came of 3 promised"):
        warehouse.load(account_of(shop.base_url))
    assert warehouse.load(account_of(shop.base_url)).rows["orders"] == 3


def test_an_order_that_changes_while_pages_are_read_comes_next_time(
    shop: TinyShop, warehouse: Warehouse
):
    shop.orders = [order(n, updated=f"2026-10-0{n}T00:00:00Z") for n in range(1, 8)]
    late = "2026-10-15T06:00:05Z"  # after the window, which ends with the vendor's clock

    def changes(body: dict) -> None:
        if body["query"].startswith("query Orders"):
            shop.orders[6] = order(7, updated=late)

    shop.faults = [changes]
    result = warehouse.load(account_of(shop.base_url))
    assert result.rows["orders"] == 6
    orders = next(c for c in result.completeness if c.stream == "orders")
    assert (orders.expected, orders.landed) == (6, 6)


def test_access_denied_is_a_missing_scope_not_an_empty_answer(shop: TinyShop, warehouse: Warehouse):
    shop.orders = [order(1)]
    shop.faults = [once(failure("ACCESS_DENIED", "Access denied for orders field."))]
    with pytest.raises(MissingScope, match="Access denied for orders"):
        warehouse.load(account_of(shop.base_url))


def test_a_download_that_breaks_off_starts_again(
    shop: TinyShop, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shopify_load, "BULK_ABOVE", 0)
    shop.orders, shop.cut_downloads = [order(n) for n in range(1, 9)], 2
    assert warehouse.load(account_of(shop.base_url)).rows["orders"] == 8


def test_busy_places_for_bulk_operations_are_waited_for(
    shop: TinyShop, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(shopify_load, "BULK_ABOVE", 0)
    shop.orders = [order(1)]
    error = {"field": None, "message": "running", "code": "OPERATION_IN_PROGRESS"}
    busy = {"bulkOperation": None, "userErrors": [error]}
    refused = dict.fromkeys((stream.name for stream in shopify.STREAMS), busy)
    shop.faults = [once(answer(refused), "RunBulk") for _ in range(3)]
    assert warehouse.load(account_of(shop.base_url)).rows["orders"] == 1


def test_client_credentials_are_exchanged_once_and_renewed_when_refused(
    shop: TinyShop, warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TINY_SECRET", "client-1:s3cr3t-of-the-app")
    shop.orders = [order(1)]
    warehouse.load(account_of(shop.base_url))
    assert shop.grants == 1

    def revoke(body: dict) -> None:
        if "ordersCount" in body["query"]:
            shop.faults.clear()
            shop.tokens.clear()

    shop.faults = [revoke]
    warehouse.load(account_of(shop.base_url))
    assert shop.grants == 3


@pytest.mark.parametrize(
    ("secret", "error", "said"),
    [
        ("", MissingSecret, "TINY_SECRET isn't set; shopify tiny-shop needs it"),
        ("whatever", MissingSecret, "TINY_SECRET is neither a token"),
        ("shpat_wrong", VendorError, r"refuses the secret in TINY_SECRET \(401"),
        ("client-1:wrong", VendorError, r"no token for the client in TINY_SECRET \(400\)"),
    ],
)
def test_a_secret_that_does_not_work_is_named_and_never_shown(
    shop: TinyShop,
    warehouse: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
    secret: str,
    error: type[Exception],
    said: str,
):
    monkeypatch.setenv("TINY_SECRET", secret)
    with pytest.raises(error, match=said) as caught:
        warehouse.load(account_of(shop.base_url))
    assert not secret or secret not in str(caught.value)


def test_an_address_nobody_answers_at_is_an_error_with_a_next_step(warehouse: Warehouse):
    with pytest.raises(VendorError, match=r"ConnectError.*run the load again later"):
        warehouse.extract(account_of("http://127.0.0.1:9"), HURRIED)


def test_a_root_that_alone_costs_too_much_is_an_error(shop: TinyShop, warehouse: Warehouse):
    shop.orders = [order(1)]
    shop.faults = [once(failure("MAX_COST_EXCEEDED")) for _ in range(9)]
    with pytest.raises(VendorError, match="orders: one root costs more than one query may"):
        warehouse.load(account_of(shop.base_url))


def test_a_nested_list_read_in_parts_is_listed_once_more(shop: TinyShop, warehouse: Warehouse):
    shop.orders = [order(1, lines=70)]
    rest = {"edges": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}
    node = {"id": shop.orders[0]["id"], "lineItems": rest}
    shop.faults = [once(answer({"node": node}), "MoreLineItems")]
    result = warehouse.load(account_of(shop.base_url))
    assert (warehouse.count("shopify.line_items"), result.dead_letters) == (70, 0)


def test_what_shopify_gives_no_count_of_is_listed_once_more(shop: TinyShop, warehouse: Warehouse):
    variant = {"__typename": "ProductVariant", "price": "1.00", "product": None}
    shop.product_variants = [
        {**variant, "id": f"gid://shopify/ProductVariant/{n}", "updatedAt": "2026-10-01T00:00:00Z"}
        for n in range(1, 4)
    ]
    account = account_of(shop.base_url)
    warehouse.load(account)
    for one in shop.product_variants[:2]:
        one["updatedAt"] = "2026-10-02T00:00:00Z"
    empty = {"productVariants": {"edges": [], "pageInfo": {"hasNextPage": False}}}
    shop.faults = [once(answer(empty), "query ProductVariants")]
    with pytest.raises(IncompleteLoad, match="productVariants: 3 did not come with their pages"):
        warehouse.load(account)
    # The cursor stayed, and five minutes before it are read again.
    assert warehouse.load(account).rows["product_variants"] == 3
