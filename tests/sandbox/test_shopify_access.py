"""Tokens, versions, scopes."""

import time

import httpx
import pytest

from sandbox.shopify.limits import Limits
from sandbox.shopify.scopes import SCOPES
from sandbox.world import World
from tests.sandbox.shop_client import GRAPHQL, ServeShop, ShopClient

NAME = "{ shop { name } }"
GRANT = "/admin/oauth/access_token"
CLIENT = {"grant_type": "client_credentials", "client_id": "abc", "client_secret": "xyz"}


@pytest.mark.parametrize("token", [None, "", "shpat_wrong"])
def test_no_token_and_a_wrong_token_are_401(group: dict, token: str | None):
    client = ShopClient(group["nordlicht-de"].base_url, token)
    response = client.post(NAME)
    assert response.status_code == 401
    assert "[API] Invalid API key or access token" in response.json()["errors"]
    client.close()


@pytest.mark.parametrize("as_json", [False, True])
def test_a_client_is_granted_a_token_that_works(serve_shop: ServeShop, as_json: bool):
    client = serve_shop(secret="abc:xyz")
    post = client.http.post
    granted = post(GRANT, json=CLIENT) if as_json else post(GRANT, data=CLIENT)
    assert granted.status_code == 200
    body = granted.json()
    assert set(body["scope"].split(",")) == set(SCOPES)
    assert body["expires_in"] == 86_399
    client.http.headers["X-Shopify-Access-Token"] = body["access_token"]
    assert client.data(NAME) == {"shop": {"name": "nordlicht-de"}}
    client.close()


def test_wrong_client_secrets_and_other_grants_are_refused(serve_shop: ServeShop):
    client = serve_shop(secret="abc:xyz")
    wrong = client.http.post(GRANT, data={**CLIENT, "client_secret": "nope"})
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    other = client.http.post(GRANT, data={**CLIENT, "grant_type": "password"})
    assert (other.status_code, other.json()["error"]) == (400, "unsupported_grant_type")
    assert client.http.post(GRANT, content=b"\xff not a form").status_code == 400
    client.http.headers["X-Shopify-Access-Token"] = "abc:xyz"
    assert client.post(NAME).status_code == 401
    client.close()


def test_a_granted_token_expires(serve_shop: ServeShop):
    client = serve_shop(Limits(token_seconds=0.3), secret="abc:xyz")
    client.http.headers["X-Shopify-Access-Token"] = client.http.post(GRANT, data=CLIENT).json()[
        "access_token"
    ]
    assert client.post(NAME).status_code == 200
    time.sleep(0.35)
    assert client.post(NAME).status_code == 401
    client.close()


@pytest.mark.parametrize("version", ["2026-07", "2025-01", "2023-10"])
def test_old_versions_fall_forward_and_the_header_says_to_what(shop: ShopClient, version: str):
    response = shop.post(NAME, f"/admin/api/{version}/graphql.json")
    assert response.status_code == 200
    assert response.headers["x-shopify-api-version"] == "2026-07"
    assert response.headers["x-request-id"]


@pytest.mark.parametrize("version", ["2026-08", "2027-01", "unstable", "latest"])
def test_versions_that_are_none_are_404(shop: ShopClient, version: str):
    assert shop.post(NAME, f"/admin/api/{version}/graphql.json").status_code == 404


def test_the_date_header_is_the_worlds_clock_everywhere(group: dict, small_world: World):
    said = small_world.clock.strftime("%a, %d %b %Y %H:%M:%S GMT")
    for served in group.values():
        response = httpx.get(served.base_url + "/nowhere")
        assert response.headers.get_list("date") == [said]


def test_what_is_no_graphql_request_is_400(shop: ShopClient):
    assert shop.http.post(GRAPHQL, content=b"{").status_code == 400
    assert shop.http.post(GRAPHQL, json=[1]).status_code == 400
    raw = shop.http.post(GRAPHQL, content=NAME, headers={"Content-Type": "application/graphql"})
    assert raw.json()["data"] == {"shop": {"name": "nordlicht-de"}}


@pytest.mark.parametrize(
    ("missing", "query", "path"),
    [
        ("read_orders", "{ orders(first: 1) { nodes { id } } }", ["orders"]),
        ("read_orders", "{ ordersCount { count } }", ["ordersCount"]),
        ("read_customers", "{ customers(first: 1) { nodes { id } } }", ["customers"]),
        ("read_products", "{ productVariants(first: 1) { nodes { id } } }", ["productVariants"]),
    ],
)
def test_a_field_without_its_scope_is_denied_by_name(
    serve_shop: ServeShop, missing: str, query: str, path: list[str]
):
    client = serve_shop(scopes=set(SCOPES) - {missing})
    (error,) = client.body(query)["errors"]
    assert error["message"].startswith(
        f"Access denied for {path[0]} field. Required access: `read_"
    )
    assert error["extensions"]["code"] == "ACCESS_DENIED"
    assert f"`{missing}`" in error["extensions"]["requiredAccess"]
    assert error["path"] == path
    client.close()


def test_a_nullable_field_that_is_denied_leaves_the_rest(serve_shop: ServeShop):
    client = serve_shop(scopes=set(SCOPES) - {"read_customers"})
    body = client.body("{ orders(first: 250) { nodes { id customer { id } } } }")
    assert body["data"]["orders"]["nodes"][0]["id"]
    assert all(order["customer"] is None for order in body["data"]["orders"]["nodes"])
    assert {error["extensions"]["code"] for error in body["errors"]} == {"ACCESS_DENIED"}
    client.close()


def test_returns_need_their_own_scope(serve_shop: ServeShop):
    client = serve_shop(scopes=set(SCOPES) - {"read_returns"})
    query = "{ orders(first: 5) { nodes { returns(first: 1) { nodes { id } } } } }"
    assert set(client.codes(query)) == {"ACCESS_DENIED"}
    client.close()


def test_without_read_all_orders_older_ones_are_silently_not_there(
    serve_shop: ServeShop, small_world: World
):
    client = serve_shop(scopes=set(SCOPES) - {"read_all_orders"})
    asking = "{ ordersCount(limit: null) { count } orders(first: 250) { nodes { createdAt } } }"
    some = client.data(asking)
    everything = small_world.con.execute(
        "select count(*) from shopify.\"Order\" where _shop = 'nordlicht-de'"
    ).fetchall()[0][0]
    assert 0 < some["ordersCount"]["count"] < everything
    assert min(order["createdAt"] for order in some["orders"]["nodes"]) >= "2026-08-16T06:00:00Z"
    old = small_world.con.execute(
        'select id from shopify."Order" where _shop = \'nordlicht-de\' order by "createdAt" limit 1'
    ).fetchall()[0][0]
    assert client.data("query O($id: ID!) { order(id: $id) { id } }", id=old) == {"order": None}
    lines = client.bulk("{ orders { edges { node { id } } } }")
    assert int(lines["objectCount"]) == some["ordersCount"]["count"]
    client.close()


def test_an_app_sees_the_scopes_it_has(serve_shop: ServeShop):
    client = serve_shop(scopes={"read_orders"})
    installation = client.data("{ currentAppInstallation { accessScopes { handle } } }")
    assert installation["currentAppInstallation"]["accessScopes"] == [{"handle": "read_orders"}]
    client.close()
