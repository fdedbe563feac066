"""Paging, sorting, searching, counting: what a client may rely on."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from sandbox.world import World
from tests.sandbox.shop_client import ShopClient

PAGE = """query Page($first: Int, $last: Int, $after: String, $before: String, $reverse: Boolean,
    $sortKey: OrderSortKeys, $query: String) {
  orders(first: $first, last: $last, after: $after, before: $before, reverse: $reverse,
      sortKey: $sortKey, query: $query) {
    edges { cursor node { id name createdAt updatedAt processedAt } }
    nodes { id }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""


def ids(connection: dict[str, Any]) -> list[str]:
    return [edge["node"]["id"] for edge in connection["edges"]]


def all_ids(shop: ShopClient, size: int, **given: Any) -> list[str]:
    found, after = [], None
    while True:
        page = shop.data(PAGE, first=size, after=after, **given)["orders"]
        found += ids(page)
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            return found


def in_table(world: World, order: str, account: str = "nordlicht-de") -> list[str]:
    rows = world.con.execute(
        f"select id from shopify.\"Order\" where _shop = '{account}' order by {order}"
    ).fetchall()
    return [row[0] for row in rows]


@pytest.mark.parametrize("size", [3, 10, 250])
def test_pages_of_any_size_give_every_order_once(shop: ShopClient, small_world: World, size: int):
    found = all_ids(shop, size, sortKey="UPDATED_AT")
    assert found == in_table(small_world, '"updatedAt", id')


def test_reversed_is_the_same_list_backwards(shop: ShopClient):
    forwards = all_ids(shop, 20, sortKey="CREATED_AT")
    assert all_ids(shop, 20, sortKey="CREATED_AT", reverse=True) == forwards[::-1]


def test_last_before_a_cursor_walks_back(shop: ShopClient):
    first = shop.data(PAGE, first=5, sortKey="ID")["orders"]
    second = shop.data(PAGE, first=5, sortKey="ID", after=first["pageInfo"]["endCursor"])["orders"]
    back = shop.data(PAGE, last=3, sortKey="ID", before=second["pageInfo"]["startCursor"])["orders"]
    assert ids(back) == ids(first)[-3:]
    assert back["pageInfo"]["hasPreviousPage"]
    assert back["pageInfo"]["hasNextPage"]
    assert [node["id"] for node in back["nodes"]] == ids(back)


def test_last_alone_is_the_end_of_the_list(shop: ShopClient, small_world: World):
    page = shop.data(PAGE, last=4, sortKey="ID")["orders"]
    assert ids(page) == in_table(small_world, "id")[-4:]
    assert not page["pageInfo"]["hasNextPage"]


def test_a_foreign_cursor_is_refused(shop: ShopClient):
    assert "Invalid cursor" in shop.body(PAGE, first=1, after="nonsense")["errors"][0]["message"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"first": 251}, "first cannot exceed 250"),
        ({"last": 251}, "last cannot exceed 250"),
        ({}, "you must provide one of first or last"),
        ({"first": 1, "last": 1}, "providing both first and last"),
        ({"first": -1}, "first cannot be less than 0"),
    ],
)
def test_what_is_no_page_is_refused(shop: ShopClient, given: dict[str, int], said: str):
    error = shop.body(PAGE, **given)["errors"][0]
    assert said in error["message"]
    assert error["extensions"]["code"] == "BAD_REQUEST"


def test_a_nested_connection_is_drained_by_its_own_cursors(shop: ShopClient, small_world: World):
    order, count = small_world.con.execute(
        "select _parent, count(*) from shopify.\"LineItem\" where _shop = 'nordlicht-de'"
        " group by 1 order by 2 desc, 1 limit 1"
    ).fetchall()[0]
    asking = """query Lines($id: ID!, $after: String) { node(id: $id) { __typename ... on Order {
      lineItems(first: 2, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } }
    } } }"""
    found, after = [], None
    while True:
        node = shop.data(asking, id=order, after=after)["node"]
        assert node["__typename"] == "Order"
        found += ids(node["lineItems"])
        after = node["lineItems"]["pageInfo"]["endCursor"]
        if not node["lineItems"]["pageInfo"]["hasNextPage"]:
            break
    assert count > 2
    assert len(found) == len(set(found)) == count


def test_ids_above_two_to_the_53_are_exact(group: dict):
    served = group["nordlicht-jp"]
    client = ShopClient(served.base_url, served.secret)
    found = all_ids(client, 50, sortKey="ID")
    tails = [int(gid.rpartition("/")[2]) for gid in found]
    assert max(tails) > 2**53
    assert tails == sorted(set(tails))
    assert client.data(
        "query One($q: String) { ordersCount(query: $q) { count } }", q=f"id:{tails[-1]}"
    ) == {"ordersCount": {"count": 1}}
    client.close()


@pytest.mark.parametrize("compare", [">", ">=", "<", "<="])
def test_updated_at_is_compared_as_written(shop: ShopClient, small_world: World, compare: str):
    (pivot,) = small_world.con.execute(
        'select "updatedAt" from shopify."Order" where _shop = \'nordlicht-de\''
        ' order by "updatedAt" limit 1 offset 20'
    ).fetchall()[0]
    expected = small_world.con.execute(
        "select count(*) from shopify.\"Order\" where _shop = 'nordlicht-de'"
        f' and "updatedAt" {compare} ?',
        [pivot],
    ).fetchall()[0][0]
    for text in (f"updated_at:{compare}{pivot}", f"updated_at:{compare}'{pivot}'"):
        count = shop.data("query C($q: String) { ordersCount(query: $q) { count } }", q=text)
        assert count["ordersCount"]["count"] == expected


def test_a_day_in_a_search_is_the_shops_own_day(group: dict, small_world: World):
    served = group["nordlicht-jp"]
    client = ShopClient(served.base_url, served.secret)
    (moment,) = small_world.con.execute(
        'select "processedAt" from shopify."Order" where _shop = \'nordlicht-jp\' limit 1'
    ).fetchall()[0]
    local = datetime.fromisoformat(moment) + timedelta(hours=9)
    found = client.data(PAGE, first=250, query=f"processed_at:{local:%Y-%m-%d}")["orders"]["edges"]
    assert any(edge["node"]["processedAt"] == moment for edge in found)
    for edge in found:
        day = datetime.fromisoformat(edge["node"]["processedAt"]) + timedelta(hours=9)
        assert day.date() == local.date()
    client.close()


@pytest.mark.parametrize(
    ("search", "where"),
    [
        ("test:true", "test"),
        ("test:false AND status:cancelled", 'not test and "cancelledAt" is not null'),
        ("status:open OR status:cancelled", '"closedAt" is null or "cancelledAt" is not null'),
        ("NOT status:open", 'not ("closedAt" is null and "cancelledAt" is null)'),
        (
            "-status:open name:#10*",
            '("closedAt" is not null or "cancelledAt" is not null) and name like \'#10%\'',
        ),
        (
            "financial_status:paid,refunded",
            "lower(\"displayFinancialStatus\") in ('paid', 'refunded')",
        ),
        ("(test:true)", "test"),
    ],
)
def test_search_terms_mean_what_the_columns_say(
    shop: ShopClient, small_world: World, search: str, where: str
):
    expected = small_world.con.execute(
        f"select count(*) from shopify.\"Order\" where _shop = 'nordlicht-de' and ({where})"
    ).fetchall()[0][0]
    found = shop.data(
        "query C($q: String) { ordersCount(query: $q) { count precision } }", q=search
    )
    assert found == {"ordersCount": {"count": expected, "precision": "EXACT"}}


def test_an_unknown_search_field_filters_nothing_and_is_warned_of(shop: ShopClient):
    body = shop.body(
        '{ ordersCount(query: "updated:>2026-01-01") { count } all: ordersCount { count } }'
    )
    assert body["data"]["ordersCount"] == body["data"]["all"]
    (warned,) = body["extensions"]["search"]
    assert warned["path"] == ["ordersCount"]
    assert warned["warnings"][0]["field"] == "updated"


def test_a_count_stops_at_its_limit_and_says_so(shop: ShopClient):
    counts = shop.data(
        "{ a: ordersCount(limit: 3) { count precision } b: ordersCount(limit: null) { count precision } }"
    )
    assert counts["a"] == {"count": 3, "precision": "AT_LEAST"}
    assert counts["b"]["precision"] == "EXACT"
    assert counts["b"]["count"] > 3


def test_references_are_followed_wherever_they_stand(shop: ShopClient):
    orders = shop.data(
        """{ orders(first: 100, sortKey: ID) { nodes {
          customer { id locale } purchasingEntity { __typename ... on Customer { id state } }
          lineItems(first: 10) { nodes { product { title } variant { sku product { handle } } } }
          agreements(first: 10) { nodes { ... on RefundAgreement { refund { id createdAt } }
            sales(first: 20) { nodes { ... on ProductSale { lineItem { id title } } } } } }
        } } }"""
    )["orders"]["nodes"]
    customers = [order["customer"] for order in orders if order["customer"]]
    assert customers
    assert all(customer["locale"] for customer in customers)
    lines = [line for order in orders for line in order["lineItems"]["nodes"] if line["variant"]]
    assert lines
    assert all(line["product"]["title"] and line["variant"]["product"]["handle"] for line in lines)
    agreements = [a for order in orders for a in order["agreements"]["nodes"]]
    assert any(
        a.get("refund", {}) and a["refund"]["createdAt"] for a in agreements if "refund" in a
    )
    sales = [s for a in agreements for s in a["sales"]["nodes"] if "lineItem" in s]
    assert all(sale["lineItem"]["title"] for sale in sales)


def test_node_finds_what_has_an_id_also_inside_lists(shop: ShopClient, small_world: World):
    wanted = [
        small_world.con.execute(f"select {what} from {source} limit 1").fetchall()[0][0]
        for what, source in (
            ("id", "shopify.\"Order\" where _shop = 'nordlicht-de'"),
            ("id", "shopify.\"Customer\" where _shop = 'nordlicht-de'"),
            (
                "transactions[1].id",
                "shopify.\"Order\" where _shop = 'nordlicht-de' and len(transactions) > 0",
            ),
        )
    ]
    nodes = shop.data(
        "query N($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on OrderTransaction { kind } } }",
        ids=[*wanted, "gid://shopify/Order/1"],
    )["nodes"]
    assert [node and node["__typename"] for node in nodes] == [
        "Order",
        "Customer",
        "OrderTransaction",
        None,
    ]
    assert nodes[2]["kind"]


def test_removed_shipping_lines_come_only_when_asked_for(shop: ShopClient, small_world: World):
    shown = shop.data(
        """{ orders(first: 250) { nodes { a: shippingLines(first: 10) { nodes { isRemoved } }
          b: shippingLines(first: 10, includeRemovals: true) { nodes { isRemoved } } } } }"""
    )["orders"]["nodes"]
    assert not any(line["isRemoved"] for order in shown for line in order["a"]["nodes"])
    count = small_world.con.execute(
        "select count(*) from shopify.\"ShippingLine\" where _shop = 'nordlicht-de'"
    ).fetchall()[0][0]
    assert sum(len(order["b"]["nodes"]) for order in shown) == count


def test_a_misspelt_field_is_an_error_of_the_whole_query(shop: ShopClient):
    body = shop.body("{ orders(first: 1) { nodes { id totalPrices } } }")
    assert "data" not in body
    assert "totalPrices" in body["errors"][0]["message"]
