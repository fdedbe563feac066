"""Bulk operations: their lifecycle, their rules, and that columns give what the executor gives."""

import json
import threading
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sandbox.shopify.ask import Ask
from sandbox.shopify.bulk_document import InvalidBulkQueryError, read
from sandbox.shopify.bulk_export import Export
from sandbox.shopify.bulk_walk import walk
from sandbox.shopify.limits import Limits
from sandbox.shopify.projection import NotProjectableError, Projection
from sandbox.shopify.rows import Store
from sandbox.shopify.scopes import SCOPES
from sandbox.world import World
from tests.sandbox import bulk_documents as documents
from tests.sandbox import bulk_documents_beside_orders as beside_orders
from tests.sandbox.shop_client import GRAPHQL, RUN, ServeShop, ShopClient

SHOPS = ("nordlicht-de", "nordlicht-world", "nordlicht-jp")
PROJECTED = [documents.ORDERS, documents.RETURNS, documents.CUSTOMERS, documents.PRODUCTS]
PROJECTED += [documents.VARIANTS, documents.FRAGMENTS, documents.REMOVALS, documents.TWO_ROOTS]
PROJECTED += beside_orders.PROJECTED
WALKED = [documents.BEHIND_REFERENCES, documents.HALF_THE_AGREEMENTS, documents.NO_SUCH_COLUMN]
WALKED += [beside_orders.LATELY_MOVED]


def lines_of(shop: ShopClient, operation: dict) -> list[dict]:
    """The file needs no token."""
    assert operation["status"] == "COMPLETED", operation
    response = shop.http.get(operation["url"], headers={"X-Shopify-Access-Token": ""})
    assert response.status_code == 200
    assert len(response.content) == int(operation["fileSize"])
    return [json.loads(line) for line in response.content.splitlines()]


def ask(world: World, account: str) -> Ask:
    zone = next(ZoneInfo(spec.zone) for spec in world.shops if spec.account == account)
    store = Store(world.con.cursor(), account)
    return Ask(store, frozenset(SCOPES), zone, world.clock, "http://127.0.0.1", world.con)


def export(world: World, account: str, text: str, file: Path, *, grouped: bool) -> list[dict]:
    file.unlink(missing_ok=True)
    writing = Export(read(text, Limits()), ask(world, account), file, threading.Event())
    writing.write(grouped=grouped)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert writing.objects == len(lines)
    assert writing.roots == sum("__parentId" not in line for line in lines)
    return lines


def keyed(lines: list[dict]) -> list[str]:
    return sorted(json.dumps(line, sort_keys=True) for line in lines)


@pytest.mark.parametrize("account", SHOPS)
@pytest.mark.parametrize("text", PROJECTED)
def test_columns_give_what_the_executor_gives(
    small_world: World, tmp_path: Path, account: str, text: str
):
    document = read(text, Limits())
    Projection(document, account).lines(document.roots[0])  # is not left to the executor
    walked = [line for _, line in walk(document, ask(small_world, account))]
    written = export(small_world, account, text, tmp_path / "lines.jsonl", grouped=False)
    assert keyed(written) == keyed(walked)
    may_be_none = text == documents.RETURNS or (
        account == "nordlicht-jp" and text in beside_orders.NOT_IN_JAPAN
    )
    assert walked or may_be_none


@pytest.mark.parametrize("text", [*PROJECTED, *WALKED])
def test_grouped_lines_follow_their_parents_and_are_the_same_lines(
    small_world: World, tmp_path: Path, text: str
):
    flat = export(small_world, SHOPS[0], text, tmp_path / "flat.jsonl", grouped=False)
    grouped = export(small_world, SHOPS[0], text, tmp_path / "grouped.jsonl", grouped=True)
    assert keyed(grouped) == keyed(flat)
    open_parents: list[str | None] = []
    for line in grouped:
        parent = line.get("__parentId")
        while open_parents and open_parents[-1] != parent:
            open_parents.pop()
        assert (open_parents[-1] if open_parents else None) == parent
        open_parents.append(line.get("id"))


@pytest.mark.parametrize("text", WALKED)
def test_what_columns_cannot_give_the_executor_walks(small_world: World, tmp_path: Path, text: str):
    lines = export(small_world, SHOPS[0], text, tmp_path / "lines.jsonl", grouped=False)
    assert lines
    if text == documents.BEHIND_REFERENCES:
        document = read(text, Limits())
        with pytest.raises(NotProjectableError):
            Projection(document, SHOPS[0]).lines(document.roots[0])
        assert any(line.get("customer") and line["customer"]["locale"] for line in lines)


def test_an_operation_runs_and_its_file_holds_every_line(shop: ShopClient, small_world: World):
    started = shop.run_bulk(documents.ORDERS)
    assert started["userErrors"] == []
    assert started["bulkOperation"] == {
        "id": started["bulkOperation"]["id"],
        "status": "CREATED",
        "objectCount": "0",
        "url": None,
    }
    operation = shop.wait(started["bulkOperation"]["id"])
    lines = lines_of(shop, operation)
    assert operation["type"] == "QUERY"
    assert operation["query"] == documents.ORDERS
    assert operation["errorCode"] is None
    assert operation["completedAt"] == small_world.clock.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert int(operation["objectCount"]) == len(lines)
    roots = [line for line in lines if "__parentId" not in line]
    assert int(operation["rootObjectCount"]) == len(roots)
    orders = small_world.con.execute(
        "select count(*) from shopify.\"Order\" where _shop = 'nordlicht-de'"
    ).fetchall()[0][0]
    assert len(roots) == orders
    parents = {line["id"] for line in lines if line.get("id")}
    assert all(line["__parentId"] in parents for line in lines if "__parentId" in line)


def test_paging_arguments_mean_nothing_inside_an_operation(shop: ShopClient):
    cut = documents.FRAGMENTS.replace("{ orders {", "{ orders(first: 2) {")
    assert cut != documents.FRAGMENTS
    assert keyed(lines_of(shop, shop.bulk(cut))) == keyed(
        lines_of(shop, shop.bulk(documents.FRAGMENTS))
    )


def test_an_operation_without_results_has_no_file(shop: ShopClient):
    operation = shop.bulk('{ orders(query: "updated_at:>2999-01-01") { edges { node { id } } } }')
    assert operation["status"] == "COMPLETED"
    assert (operation["url"], operation["objectCount"], operation["fileSize"]) == (None, "0", None)


def test_a_search_limits_roots_and_all_below_them(shop: ShopClient):
    text = '{ orders(query: "test:true") { edges { node { id test agreements { edges { node { id } } } } } } }'
    lines = lines_of(shop, shop.bulk(text))
    assert lines
    assert all(line["test"] for line in lines if "__parentId" not in line)
    roots = {line["id"] for line in lines if "__parentId" not in line}
    assert {line["__parentId"] for line in lines if "__parentId" in line} <= roots


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{ orders { edges { node { id } } }", "Invalid bulk query: Syntax Error"),
        ("{ orders { edges { node { id totals } } } }", "Cannot query field 'totals'"),
        (
            "mutation { bulkOperationCancel(id: 1) { userErrors { message } } }",
            "one query operation",
        ),
        ("query Q($q: String) { orders(query: $q) { edges { node { id } } } }", "variables"),
        ("{ shop { name } }", "must contain at least one connection"),
        ("{ orders { pageInfo { hasNextPage } } }", "must select nodes"),
        (documents.SIX_CONNECTIONS, "more than 5 connections"),
        (documents.IN_A_LIST, "connection field within a list field"),
        (
            "{ orders { edges { node { name lineItems { edges { node { id } } } } } } }",
            "Connection fields without 'id': lineItems",
        ),
        (
            "{ orders { edges { node { key: id lineItems { edges { node { id } } } } } } }",
            "Connection fields without 'id': lineItems",
        ),
    ],
)
def test_documents_that_are_no_bulk_query_are_refused(shop: ShopClient, text: str, said: str):
    refused = shop.run_bulk(text)
    assert refused["bulkOperation"] is None
    (error,) = refused["userErrors"]
    assert said in error["message"]
    assert (error["field"], error["code"]) == (["query"], "INVALID")


def test_connections_nest_so_deep_and_no_deeper():
    # Nothing in the served schema nests deeper than two, so the rule is shown one lower.
    read(documents.ORDERS, Limits(bulk_depth=2))
    with pytest.raises(InvalidBulkQueryError, match="nesting depth greater than 1"):
        read(documents.ORDERS, Limits(bulk_depth=1))


def test_a_sixth_operation_waits_for_one_to_end_or_be_canceled(serve_shop: ServeShop):
    shop = serve_shop(Limits(bulk_seconds=60))
    text = "{ orders { edges { node { id } } } }"
    started = [shop.run_bulk(text)["bulkOperation"]["id"] for _ in range(5)]
    refused = shop.run_bulk(text)
    assert refused["bulkOperation"] is None
    assert [error["code"] for error in refused["userErrors"]] == ["LIMIT_REACHED"]
    assert shop.poll(started[0])["status"] in {"CREATED", "RUNNING"}
    cancel = """mutation Cancel($id: ID!) { bulkOperationCancel(id: $id) {
        bulkOperation { status } userErrors { field message } } }"""
    canceled = shop.data(cancel, id=started[0])["bulkOperationCancel"]
    assert canceled == {"bulkOperation": {"status": "CANCELING"}, "userErrors": []}
    assert shop.wait(started[0])["status"] == "CANCELED"
    assert shop.run_bulk(text)["userErrors"] == []
    again = shop.data(cancel, id=started[0])["bulkOperationCancel"]
    assert "cannot be canceled when it is canceled" in again["userErrors"][0]["message"]
    nothing = shop.data(cancel, id="gid://shopify/BulkOperation/1")["bulkOperationCancel"]
    assert nothing["userErrors"][0]["field"] == ["id"]
    shop.close()


def test_counts_are_told_while_an_operation_runs(serve_shop: ServeShop):
    shop = serve_shop(Limits(bulk_seconds=60))
    operation = shop.run_bulk("{ orders { edges { node { id } } } }")["bulkOperation"]["id"]
    deadline = time.monotonic() + 10
    while (told := shop.poll(operation))["objectCount"] == "0":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert told["status"] == "RUNNING"
    assert told["url"] is None
    shop.close()


def test_operations_are_listed_newest_first_and_searched(serve_shop: ServeShop):
    shop = serve_shop()
    text = "{ products { edges { node { id } } } }"
    made = [shop.bulk(text)["id"] for _ in range(3)]
    asking = """query L($after: String, $query: String) { bulkOperations(first: 2, after: $after, query: $query)
        { nodes { id status } pageInfo { hasNextPage endCursor } } }"""
    page = shop.data(asking)["bulkOperations"]
    assert [o["id"] for o in page["nodes"]] == made[:0:-1]
    rest = shop.data(asking, after=page["pageInfo"]["endCursor"])["bulkOperations"]
    assert [o["id"] for o in rest["nodes"]] == made[:1]
    assert not rest["pageInfo"]["hasNextPage"]
    found = shop.http.post(
        GRAPHQL, json={"query": asking, "variables": {"query": "status:running"}}
    ).json()
    assert found["data"]["bulkOperations"]["nodes"] == []
    shop.close()


def test_a_missing_scope_fails_the_operation(serve_shop: ServeShop):
    shop = serve_shop(scopes=set(SCOPES) - {"read_returns"})
    operation = shop.bulk(documents.RETURNS)
    assert (operation["status"], operation["errorCode"]) == ("FAILED", "ACCESS_DENIED")
    assert operation["url"] is None
    shop.close()


def test_a_files_address_cannot_be_forged_and_expires(serve_shop: ServeShop):
    shop = serve_shop(Limits(bulk_url_seconds=0.4))
    operation = shop.bulk("{ products { edges { node { id } } } }")
    assert shop.http.get(operation["url"]).status_code == 200
    assert shop.http.get(operation["url"].replace("signature=", "signature=0")).status_code == 403
    assert shop.http.get(operation["url"].partition("?")[0]).status_code == 403
    time.sleep(0.45)
    assert shop.http.get(operation["url"]).status_code == 403
    expired = shop.poll(operation["id"])
    assert (expired["status"], expired["url"]) == ("EXPIRED", None)
    shop.close()


def test_group_objects_over_http(shop: ShopClient):
    operation = shop.bulk(documents.FRAGMENTS, grouped=True)
    lines = lines_of(shop, operation)
    assert "__parentId" not in lines[0]
    assert lines[1]["__parentId"] == lines[0]["id"]


def test_the_mutation_costs_ten_points(shop: ShopClient):
    body = shop.body(RUN, query="{ products { edges { node { id } } } }", grouped=False)
    # 10 for the mutation; what it gives back has no connection.
    assert body["extensions"]["cost"]["requestedQueryCost"] == 10
