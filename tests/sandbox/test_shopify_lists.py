"""Lists beside orders, goods and customers: their filters, arguments, counts and scopes."""

import pytest

from sandbox.shopify.scopes import SCOPES
from sandbox.world import World
from tests.sandbox.shop_client import ServeShop, ShopClient

BALANCE = """query Balance($query: String, $hide: Boolean, $first: Int = 250, $after: String) {
  shopifyPaymentsAccount { balanceTransactions(first: $first, after: $after, query: $query, hideTransfers: $hide) {
    nodes { id type transactionDate associatedPayout { id status } } pageInfo { hasNextPage endCursor } } } }"""
PAYOUTS = """query Payouts($direction: ShopifyPaymentsPayoutTransactionType, $query: String) {
  shopifyPaymentsAccount { payouts(first: 250, transactionType: $direction, query: $query) {
    nodes { id issuedAt status transactionType } } } }"""


def balance(shop: ShopClient, **given: object) -> list[dict]:
    account = shop.data(BALANCE, **given)["shopifyPaymentsAccount"]
    return account["balanceTransactions"]["nodes"]


def test_a_shop_without_shopify_payments_has_no_account_and_an_empty_file(serve_shop: ServeShop):
    client = serve_shop(account="nordlicht-jp")
    assert client.data(BALANCE)["shopifyPaymentsAccount"] is None
    operation = client.bulk("{ shopifyPaymentsAccount { payouts { edges { node { id } } } } }")
    assert (operation["status"], operation["objectCount"], operation["url"]) == (
        "COMPLETED",
        "0",
        None,
    )
    client.close()


def test_balance_transactions_come_by_time_page_after_page(shop: ShopClient):
    everything = balance(shop)
    assert [e["transactionDate"] for e in everything] == sorted(
        e["transactionDate"] for e in everything
    )
    found, after = [], None
    while True:
        page = shop.data(BALANCE, first=4, after=after)["shopifyPaymentsAccount"]
        found += page["balanceTransactions"]["nodes"]
        info = page["balanceTransactions"]["pageInfo"]
        after = info["endCursor"]
        if not info["hasNextPage"]:
            break
    assert found == everything
    assert len(found) > 8


def test_balance_transactions_are_searched_and_leave_out_transfers(shop: ShopClient):
    everything = balance(shop)
    moved = [e for e in everything if e["type"] != "TRANSFER"]
    assert balance(shop, hide=True) == moved
    assert len(moved) < len(everything)
    middle = everything[len(everything) // 2]["transactionDate"]
    late = [e for e in everything if e["transactionDate"] >= middle]
    assert balance(shop, query=f"processed_at:>='{middle}'") == late
    payout = next(e["associatedPayout"]["id"] for e in everything if e["associatedPayout"]["id"])
    number = payout.rpartition("/")[2]
    listed = [e for e in everything if e["associatedPayout"]["id"] == payout]
    assert balance(shop, query=f"payments_transfer_id:{number}") == listed
    pending = [e for e in everything if e["associatedPayout"]["status"] == "PENDING"]
    assert balance(shop, query="payout_status:pending") == pending


def test_payouts_go_one_way_or_the_other(shop: ShopClient):
    def payouts(**given: object) -> list[dict]:
        return shop.data(PAYOUTS, **given)["shopifyPaymentsAccount"]["payouts"]["nodes"]

    everything = payouts()
    assert [p["issuedAt"] for p in everything] == sorted(p["issuedAt"] for p in everything)
    parts = payouts(direction="DEPOSIT") + payouts(direction="WITHDRAWAL")
    assert sorted(p["id"] for p in parts) == sorted(p["id"] for p in everything)
    last = everything[-1]
    assert payouts(query=f"issued_at:>='{last['issuedAt']}'") == [last]


def test_quantities_are_those_that_are_named_and_levels_are_searched_by_their_own_time(
    shop: ShopClient, small_world: World
):
    asking = """query Stock($query: String) { inventoryItems(first: 250) { nodes { id updatedAt
      inventoryLevels(first: 10, query: $query) { nodes { id updatedAt location { id name }
        quantities(names: ["on_hand", "reserved"]) { name } } } } } }"""
    everything = shop.data(asking)["inventoryItems"]["nodes"]
    levels = [level for item in everything for level in item["inventoryLevels"]["nodes"]]
    names = {tuple(q["name"] for q in level["quantities"]) for level in levels}
    assert names == {("on_hand", "reserved")}
    assert {level["location"]["name"] for level in levels} >= {"Lager Hamburg", "Laden Berlin"}
    lately = shop.data(asking, query="updated_at:>='2026-09-01'")["inventoryItems"]["nodes"]
    moved = [level for item in lately for level in item["inventoryLevels"]["nodes"]]
    assert moved == [level for level in levels if level["updatedAt"] >= "2026-08-31T22"]
    # As at the vendor, an item says nothing of its levels: its own time stands still.
    assert 0 < len(moved) < len(levels)
    stock_moved = {
        item["id"]
        for item in lately
        if item["inventoryLevels"]["nodes"] and item["updatedAt"] < "2026-08-31T22"
    }
    assert stock_moved


def test_metafields_are_asked_for_by_namespace_and_key(shop: ShopClient):
    asking = """{ orders(first: 150) { nodes { all: metafields(first: 100) { nodes { namespace key } }
      custom: metafields(first: 100, namespace: "custom") { nodes { namespace key } }
      notes: metafields(first: 5, namespace: "custom", keys: ["gift_note"]) { nodes { namespace key } }
      full: metafields(first: 5, keys: ["custom.gift_note", "o'clock"]) { nodes { namespace key } } } } }"""
    orders = shop.data(asking)["orders"]["nodes"]
    for order in orders:
        found = {name: order[name]["nodes"] for name in order}
        assert found["custom"] == [m for m in found["all"] if m["namespace"] == "custom"]
        assert found["notes"] == [m for m in found["custom"] if m["key"] == "gift_note"]
        assert found["full"] == found["notes"]
    assert any(order["notes"]["nodes"] for order in orders)
    assert any(len(order["all"]["nodes"]) >= 60 for order in orders)


def test_counts_are_those_of_the_lists(shop: ShopClient):
    asking = """{ abandonedCheckoutsCount(limit: null) { count precision }
      open: abandonedCheckoutsCount(query: "recovery_state:not_recovered") { count }
      locationsCount(limit: null) { count } companiesCount(limit: 2) { count precision }
      abandonedCheckouts(first: 250) { nodes { completedAt } } locations(first: 250) { nodes { name } }
      all: locations(first: 250, includeInactive: true) { nodes { name isActive deactivatedAt } }
      companies(first: 250) { nodes { id } } }"""
    found = shop.data(asking)
    checkouts = found["abandonedCheckouts"]["nodes"]
    assert found["abandonedCheckoutsCount"] == {"count": len(checkouts), "precision": "EXACT"}
    assert 0 < found["open"]["count"] == sum(c["completedAt"] is None for c in checkouts)
    names = [place["name"] for place in found["locations"]["nodes"]]
    assert names == sorted(names)
    every = found["all"]["nodes"]
    assert [place["name"] for place in every if place["isActive"]] == names
    assert [place["isActive"] for place in every].count(False) == 1
    assert all((place["deactivatedAt"] is None) is place["isActive"] for place in every)
    assert found["locationsCount"]["count"] == len(every)
    assert len(found["companies"]["nodes"]) > 2
    assert found["companiesCount"] == {"count": 2, "precision": "AT_LEAST"}


def test_a_company_lists_its_people_and_its_places(shop: ShopClient):
    found = shop.data(
        """{ companies(first: 10, query: "name:company*") { nodes { id name mainContact { id }
          contactsCount { count } contacts(first: 5) { nodes { id isMainContact customer { id } company { id } } }
          locations(first: 5) { nodes { name shippingAddress { city countryCode } } } } } }"""
    )["companies"]["nodes"]
    assert found
    for company in found:
        contacts = company["contacts"]["nodes"]
        assert len(contacts) == company["contactsCount"]["count"] > 0
        assert {contact["company"]["id"] for contact in contacts} == {company["id"]}
        assert len(company["locations"]["nodes"]) == 1


def test_what_has_an_id_is_found_by_it(shop: ShopClient):
    listed = shop.data(
        """{ location { id } inventoryItems(first: 1) { nodes { id } } companies(first: 1) { nodes { id } }
          abandonedCheckouts(first: 1) { nodes { id } } tenderTransactions(first: 1) { nodes { id } } }"""
    )
    ids = [listed["location"]["id"]]
    ids += [
        part["nodes"][0]["id"] for part in (listed[name] for name in listed if name != "location")
    ]
    nodes = shop.data("query N($ids: [ID!]!) { nodes(ids: $ids) { id __typename } }", ids=ids)
    assert [node["id"] for node in nodes["nodes"]] == ids
    assert [node["__typename"] for node in nodes["nodes"]] == [i.split("/")[3] for i in ids]


@pytest.mark.parametrize(
    ("missing", "query", "words"),
    [
        ("read_shopify_payments_accounts", "{ shopifyPaymentsAccount { id } }", "accounts` access"),
        (
            "read_shopify_payments_payouts",
            "{ shopifyPaymentsAccount { payouts(first: 1) { nodes { id } } } }",
            "The user must have access to payouts.",
        ),
        (
            "read_shopify_payments_disputes",
            "{ shopifyPaymentsAccount { disputes(first: 1) { nodes { id } } } }",
            "`read_shopify_payments_disputes`",
        ),
        ("read_locations", "{ locations(first: 1) { nodes { id name } } }", "`read_locations`"),
        (
            "read_inventory",
            "{ inventoryItems(first: 1) { nodes { id inventoryLevels(first: 1) { nodes { id } } } } }",
            "`read_inventory`",
        ),
        ("read_orders", "{ abandonedCheckouts(first: 1) { nodes { id } } }", "`read_orders`"),
    ],
)
def test_each_list_asks_for_its_own_scope(
    serve_shop: ServeShop, missing: str, query: str, words: str
):
    client = serve_shop(scopes=set(SCOPES) - {missing})
    error = client.body(query)["errors"][0]
    assert error["extensions"]["code"] == "ACCESS_DENIED"
    assert words in error["extensions"]["requiredAccess"]
    client.close()
