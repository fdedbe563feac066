"""One object that Shopify will not give whole is a dead letter; its batch goes on. Many are Shopify's fault."""

import pytest
from starlette.responses import Response

from ingestion.errors import IncompleteLoad, VendorError
from tests.ingestion.conftest import Warehouse, account_of
from tests.ingestion.tiny_shop import Fault, TinyShop, answer
from tests.ingestion.tiny_world import order

CUT = {"edges": [], "pageInfo": {"hasNextPage": True, "endCursor": None}}
OFTEN = 20
LETTERS = "select stream, source_id, payload_ref, owner, payload from raw_shopify.dead_letters"


def orders_of(*numbers: int) -> list[dict]:
    """Orders with more lines than come with their page."""
    return [order(n, lines=60) for n in numbers]


def cut(*numbers: int) -> Fault:
    """The rest of these orders' lines never comes: more is promised, and no page given."""
    ids = {f"gid://shopify/Order/{n}" for n in numbers}

    def fault(body: dict) -> Response | None:
        id_ = body["variables"].get("id")
        if "MoreLineItems" not in body["query"] or id_ not in ids:
            return None
        return answer({"node": {"id": id_, "lineItems": CUT}})

    return fault


def test_an_order_that_never_comes_whole_is_a_dead_letter_and_the_others_land(
    shop: TinyShop, warehouse: Warehouse
):
    shop.orders, shop.faults = orders_of(1, 2, 3), [cut(2)] * OFTEN
    result = warehouse.load(account_of(shop.base_url))
    assert warehouse.query("select distinct id from raw_shopify.orders order by 1") == [
        ("gid://shopify/Order/1",),
        ("gid://shopify/Order/3",),
    ]
    assert warehouse.count("shopify.line_items") == warehouse.count("shopify.sales") == 120
    poisoned = "gid://shopify/Order/2"
    assert warehouse.query(LETTERS) == [("orders", poisoned, poisoned, "shop-team", None)]
    (orders,) = [check for check in result.completeness if check.stream == "orders"]
    assert (orders.expected, orders.landed) == (3, 3)


@pytest.mark.soak
def test_a_list_that_was_cut_once_is_read_again_and_comes_whole(
    shop: TinyShop, warehouse: Warehouse
):
    shop.orders, shop.faults = orders_of(1, 2), [cut(1)]
    result = warehouse.load(account_of(shop.base_url))
    assert warehouse.count("shopify.line_items") == 120
    assert result.dead_letters == 0


@pytest.mark.soak
def test_lists_cut_in_many_orders_are_no_poison_but_an_incomplete_load(
    shop: TinyShop, warehouse: Warehouse
):
    shop.orders, shop.faults = orders_of(1, 2, 3), [cut(1, 2)] * OFTEN
    account = account_of(shop.base_url)
    with pytest.raises(IncompleteLoad, match="lineItems of gid://shopify/Order/1 promises more"):
        warehouse.load(account)
    shop.faults = []
    result = warehouse.load(account)
    assert (result.rows["orders"], result.dead_letters) == (3, 0)


@pytest.mark.soak
def test_a_refused_list_is_poison_only_while_shopify_answers_otherwise(
    shop: TinyShop, warehouse: Warehouse
):
    def refuse(body: dict) -> Response | None:
        return Response(status_code=500) if "MoreLineItems" in body["query"] else None

    shop.orders, shop.faults = [order(1), *orders_of(2)], [refuse] * OFTEN
    result = warehouse.load(account_of(shop.base_url))
    assert (result.rows["orders"], result.dead_letters) == (1, 1)


@pytest.mark.soak
def test_a_vendor_that_stops_answering_buries_nothing(shop: TinyShop, warehouse: Warehouse):
    ended = []

    def end(body: dict) -> Response | None:
        ended.extend(["MoreLineItems"] * ("MoreLineItems" in body["query"]))
        return Response(status_code=503) if ended else None

    shop.orders, shop.faults = [order(1), *orders_of(2)], [end] * OFTEN
    with pytest.raises(VendorError, match="still fails after 4 tries"):
        warehouse.load(account_of(shop.base_url))
    shop.faults = []
    assert warehouse.load(account_of(shop.base_url)).dead_letters == 0
