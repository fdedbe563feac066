"""Query cost and the bucket: refused, throttled, restored."""

import time

from sandbox.shopify.cost import Bucket
from sandbox.shopify.limits import Limits
from tests.sandbox.shop_client import ServeShop, ShopClient

ORDERS = "query O($n: Int!) { orders(first: $n) { nodes { id customer { id } } } }"
DEEP = """{ orders(first: 10) { nodes { id lineItems(first: 10) { nodes { id } }
  agreements(first: 5) { nodes { sales(first: 4) { nodes { ... on ProductSale { lineItem { id } } } } } } } } }"""


def test_a_connection_costs_two_and_its_nodes(shop: ShopClient):
    cost = shop.body(ORDERS, n=10)["extensions"]["cost"]
    # 2 + 10 orders of 1 point and 1 for the customer.
    assert cost["requestedQueryCost"] == 2 + 10 * 2
    assert cost["actualQueryCost"] == cost["requestedQueryCost"]


def test_nested_connections_multiply_and_the_bill_counts_what_came(shop: ShopClient):
    cost = shop.body(DEEP)["extensions"]["cost"]
    sales = 2 + 4 * (1 + 1)
    assert cost["requestedQueryCost"] == 2 + 10 * (1 + (2 + 10) + (2 + 5 * (1 + sales)))
    assert 2 + 10 < cost["actualQueryCost"] < cost["requestedQueryCost"]


def test_a_query_over_the_single_maximum_is_refused_whole(serve_shop: ServeShop):
    shop = serve_shop()
    body = shop.body(
        "{ orders(first: 250) { nodes { id lineItems(first: 10) { nodes { id } } } } }"
    )
    assert "data" not in body
    (error,) = body["errors"]
    assert error["extensions"]["code"] == "MAX_COST_EXCEEDED"
    assert error["extensions"]["maxCost"] == 1000
    assert error["extensions"]["cost"] == 2 + 250 * (1 + 2 + 10)
    shop.close()


def test_an_empty_bucket_throttles_with_http_200_and_fills_again(serve_shop: ServeShop):
    shop = serve_shop(Limits(bucket=60, restore_rate=200))
    assert "data" in shop.body(ORDERS, n=25)
    response = shop.post(ORDERS, n=25)
    assert response.status_code == 200
    body = response.json()
    assert "data" not in body
    assert body["errors"][0]["message"] == "Throttled"
    assert body["errors"][0]["extensions"]["code"] == "THROTTLED"
    cost = body["extensions"]["cost"]
    assert cost["actualQueryCost"] is None
    status = cost["throttleStatus"]
    assert status["maximumAvailable"] == 60
    assert status["restoreRate"] == 200
    lacking = cost["requestedQueryCost"] - status["currentlyAvailable"]
    assert lacking > 0
    time.sleep(lacking / status["restoreRate"] + 0.05)
    assert "data" in shop.body(ORDERS, n=25)
    shop.close()


def test_the_bucket_restores_with_time_up_to_its_size_and_no_further():
    now = 0.0
    bucket = Bucket(Limits(bucket=100, restore_rate=10), lambda: now)
    assert bucket.take(80)
    assert not bucket.take(21)
    now = 1.0
    assert bucket.status()["currentlyAvailable"] == 30
    bucket.give_back(20)
    assert bucket.take(50)
    now = 1000.0
    assert bucket.status()["currentlyAvailable"] == 100
