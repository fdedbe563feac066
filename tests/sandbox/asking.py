"""One plain request per endpoint of every vendor the sandbox plays, and how its pages are followed."""

import time
from collections.abc import Iterator
from typing import Any

import httpx

from sandbox.serve import Served
from tests.sandbox.asked import Asked, ids_of
from tests.sandbox.asking_payments import adyen, basic, paypal, token_of
from tests.sandbox.asking_sales import salesforce, session_of, zendesk
from tests.sandbox.shop_client import GRAPHQL, POLL, ShopClient

SIZE = 2
PAUSES = {
    "/tracking/": 0.18,
    "/search": 0.21,
    "/v1/": 0.011,
}  # six, five and a hundred a second: the vendors' own limits
ACCOUNTS = {
    "shopify": "nordlicht-de",
    "stripe": "payments-gmbh",
    "hubspot": "crm",
    "aftership": "parcels",
    "email_tool": "newsletter",
    "salesforce": "sales-eu",
    "zendesk": "support",
    "adyen": "adyen-gmbh",
    "paypal": "paypal-gmbh",
    "bank": "bank-kk",
    "erp": "erp",
    "ecb": "ecb",
    "treasury": "treasury",
}
PAYMENTS_OF = {"adyen": adyen, "paypal": paypal}
SEARCH = {"filterGroups": [], "sorts": ["createdate"]}
SHOPIFY = {
    "abandoned_checkouts": "abandonedCheckouts",
    "companies": "companies",
    "draft_orders": "draftOrders",
    "gift_cards": "giftCards",
    "inventory_items": "inventoryItems",
    "locations": "locations",
    "order_details": "orders",
    "payments_account": "{ shopifyPaymentsAccount { id } }",
    "payments_balance_transactions": "balanceTransactions",
    "payments_disputes": "disputes",
    "payments_payouts": "payouts",
    "subscription_contracts": "subscriptionContracts",
    "tender_transactions": "tenderTransactions",
    "app_installation": "{ currentAppInstallation { accessScopes { handle } } }",
    "bulk_operation": POLL.replace("($id: ID!)", "").replace(
        "$id", '"gid://shopify/BulkOperation/1"'
    ),
    "counts": "{ ordersCount { count } }",
    "customers": "customers",
    "orders": "orders",
    "product_variants": "productVariants",
    "products": "products",
    "returns": "orders",
    "shop": "{ shop { name } }",
}
INSIDE = {
    "order_details": " customerJourneySummary { ready }",
    "returns": " returns(first: 1) { nodes { id } }",
}
PAYMENTS = "shopifyPaymentsAccount"
# Asked one by one, so that they fill pages.
FEW = (
    *("companies", "draft_orders", "gift_cards", "locations", "payments_disputes"),
    "subscription_contracts",
)
STRIPE = (
    *("charges", "payment_intents", "refunds", "disputes", "balance_transactions", "payouts"),
    *("customers", "events"),
)


def client_of(served: Served) -> httpx.Client:
    secret = served.secret or ""
    headers = {
        "shopify": {"X-Shopify-Access-Token": secret},
        "aftership": {"as-api-key": secret},
        "ecb": {},
        "zendesk": {"Authorization": basic(secret)},
        "adyen": {"Authorization": basic(secret)},
    }.get(served.system, {"Authorization": f"Bearer {secret}"})
    client = httpx.Client(base_url=served.base_url, headers=headers, timeout=30)
    if served.system == "salesforce":
        client.headers["Authorization"] = f"Bearer {session_of(served)}"
    if served.system == "paypal":
        client.headers["Authorization"] = f"Bearer {token_of(served)}"
    return client


def send(client: httpx.Client, asked: Asked) -> httpx.Response:
    time.sleep(next((pause for part, pause in PAUSES.items() if part in asked.path), 0))
    return client.request(
        asked.method,
        asked.path,
        params=asked.params,
        json=asked.json,
        data=asked.data,
        headers=asked.headers,
    )


def pages(client: httpx.Client, asked: Asked | None, most: int = 100) -> Iterator[list[str]]:
    """The ids of page after page, as a client that trusts the vendor reads them."""
    for _ in range(most):
        if asked is None:
            return
        answer = send(client, asked)
        assert answer.status_code == 200, answer.text
        assert asked.ids
        assert asked.after
        yield asked.ids(read(answer))
        asked = asked.after(read(answer))


def read(answer: httpx.Response) -> Any:
    """What ``Asked.ids`` and ``Asked.after`` are given: an object, or of CSV the answer itself."""
    return answer if "csv" in answer.headers["content-type"] else answer.json()


def request_of(system: str, endpoint: str, client: httpx.Client) -> Asked:
    """How this endpoint is asked; ``client`` is for what must be started first."""
    if system == "shopify":
        return _shopify(endpoint, client)
    if system == "stripe":
        return _stripe(endpoint)
    if system == "hubspot":
        return _token_info(client) if endpoint == "token_info" else _hubspot(endpoint)
    if system == "aftership":
        return _aftership()
    if system == "ecb":
        path = "/service/data/EXR/D.USD.EUR.SP00.A"
        return Asked("GET", path, {"format": "csvdata", "startPeriod": "2026-10-01"})
    if system == "salesforce":
        return salesforce(endpoint, client)
    if system == "zendesk":
        return zendesk(endpoint)
    if system in PAYMENTS_OF:
        return PAYMENTS_OF[system](endpoint)
    if system == "email_tool":
        name = "index" if endpoint == "index" else "2026-09"
        return Asked("GET", f"/statements/{name}.csv")
    if system == "bank":
        name = "index" if endpoint == "index" else "statement_202609"
        return Asked("GET", f"/statements/{name}.csv")
    return Asked("GET", f"/{endpoint}.csv")


def _shopify(endpoint: str, client: httpx.Client) -> Asked:
    if endpoint == "access_token":
        form = {"grant_type": "client_credentials", "client_id": "a", "client_secret": "b"}
        return Asked("POST", "/admin/oauth/access_token", data=form)
    shop = ShopClient(str(client.base_url), client.headers["X-Shopify-Access-Token"])
    if endpoint == "bulk_file":
        operation = shop.bulk("{ orders { edges { node { id } } } }")
        return Asked("GET", operation["url"])
    if endpoint == "node":
        found = shop.data(
            "{ orders(first: 99) { nodes { id lineItems(first: 4) { nodes { id } } } } }"
        )
        orders = found["orders"]["nodes"]
        long = next(o["id"] for o in orders if len(o["lineItems"]["nodes"]) == 4)
        return _connection("lineItems", "", 1, node=long)
    text = SHOPIFY[endpoint]
    if text.startswith(("{", "query")):
        return Asked("POST", GRAPHQL, json={"query": text})
    wrapper = PAYMENTS if endpoint.startswith("payments_") else None
    size = 1 if endpoint in FEW else SIZE
    return _connection(text, INSIDE.get(endpoint, ""), size, wrapper=wrapper)


def _connection(
    name: str,
    inner: str,
    size: int,
    after: str | None = None,
    node: str | None = None,
    wrapper: str | None = None,
) -> Asked:
    given = f"first: {size}" + (f', after: "{after}"' if after else "")
    text = f"{name}({given}) {{ nodes {{ id{inner} }} pageInfo {{ hasNextPage endCursor }} }}"
    if node:
        text = f'node(id: "{node}") {{ ... on Order {{ {text} }} }}'
    if wrapper:
        text = f"{wrapper} {{ {text} }}"

    def found(answer: Any) -> Any:
        data = answer["data"]
        return (data["node"] if node else data[wrapper] if wrapper else data)[name]

    def next_page(answer: Any) -> Asked | None:
        info = found(answer)["pageInfo"]
        if not info["hasNextPage"]:
            return None
        return _connection(name, inner, size, info["endCursor"], node, wrapper)

    return Asked(
        "POST",
        GRAPHQL,
        json={"query": f"{{ {text} }}"},
        ids=lambda answer: [row["id"] for row in found(answer)["nodes"]],
        after=next_page,
    )


def _stripe(endpoint: str, after: str | None = None) -> Asked:
    params = {"limit": str(SIZE)} | ({"starting_after": after} if after else {})

    def next_page(answer: Any) -> Asked | None:
        return _stripe(endpoint, answer["data"][-1]["id"]) if answer["has_more"] else None

    return Asked("GET", f"/v1/{endpoint}", params, ids=ids_of("data"), after=next_page)


def _hubspot(endpoint: str, after: str | None = None) -> Asked:
    if endpoint == "associations":
        path = "/crm/v4/associations/contacts/companies/batch/read"
        return Asked("POST", path, json={"inputs": [{"id": "1"}]})

    def next_page(answer: Any) -> Asked | None:
        paging = answer.get("paging")
        return _hubspot(endpoint, paging["next"]["after"]) if paging else None

    how = {"ids": ids_of("results"), "after": next_page}
    kind = endpoint.removesuffix("_search")
    if endpoint != kind:
        asked = SEARCH | {"limit": 1} | ({"after": after} if after else {})
        return Asked("POST", f"/crm/v3/objects/{kind}/search", json=asked, **how)
    size = 1 if kind == "companies" else SIZE  # there are few
    params = {"limit": str(size)} | ({"after": after} if after else {})
    return Asked("GET", f"/crm/v3/objects/{kind}", params, **how)


def _token_info(client: httpx.Client) -> Asked:
    token = client.headers["Authorization"].removeprefix("Bearer ")
    return Asked("POST", "/oauth/v2/private-apps/get/access-token-info", json={"tokenKey": token})


def _aftership(cursor: str | None = None) -> Asked:
    params = {"limit": str(SIZE), "created_at_min": "2010-01-01T00:00:00Z"}

    def next_page(answer: Any) -> Asked | None:
        pagination = answer["data"]["pagination"]
        return _aftership(pagination["next_cursor"]) if pagination["has_next_page"] else None

    return Asked(
        "GET",
        "/tracking/2026-07/trackings",
        params | ({"cursor": cursor} if cursor else {}),
        ids=lambda answer: [row["id"] for row in answer["data"]["trackings"]],
        after=next_page,
    )
