"""A Shopify shop of a few named objects, at a real socket, that can be told to misbehave.

It answers whatever our documents select out of plain dicts: an object's connections are lists under
their field's name. It knows no schema; whether a document is valid is tested elsewhere.
"""

import operator
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import orjson
import uvicorn
from graphql import FieldNode, InlineFragmentNode, SelectionSetNode, VariableNode, parse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ingestion.sources import shopify

CLOCK = "Thu, 15 Oct 2026 06:00:00 GMT"
SCOPES = list(shopify.SCOPES)
ROOTS = {"productVariants": "product_variants"}
MOMENTS = {"updated_at": "updatedAt", "created_at": "createdAt", "customer_date": "createdAt"}
MOMENTS |= {"processed_at": "processedAt", "issued_at": "issuedAt", "initiated_at": "initiatedAt"}
COMPARE = {">=": operator.ge, "<=": operator.le, "<": operator.lt}
PLENTY = dict.fromkeys(("maximumAvailable", "currentlyAvailable", "restoreRate"), 1_000_000)
Fault = Callable[[dict[str, Any]], Response | None]


def answer(data: Any, cost: float = 1, **more: Any) -> Response:
    priced = {"requestedQueryCost": cost, "actualQueryCost": cost, "throttleStatus": PLENTY}
    body = {"data": data, "extensions": {"cost": priced}, **more}
    return Response(orjson.dumps(body), media_type="application/json")


def failure(code: str, message: str = "no", **cost: Any) -> Response:
    errors = [{"message": message, "extensions": {"code": code}}]
    return Response(orjson.dumps({"errors": errors, "extensions": {"cost": cost}}))


@dataclass
class TinyShop:
    """The shop's objects and its mood; ``seen`` keeps what was asked, ``downloads`` how often a file was."""

    orders: list[dict] = field(default_factory=list)
    customers: list[dict] = field(default_factory=list)
    products: list[dict] = field(default_factory=list)
    product_variants: list[dict] = field(default_factory=list)
    others: dict[str, list[dict]] = field(default_factory=dict)  # by the list they stand in
    shop: dict = field(default_factory=lambda: {"__typename": "Shop", "id": "gid://shopify/Shop/1"})
    has_payments: bool = False
    scopes: list[str] = field(default_factory=lambda: list(SCOPES))
    faults: list[Fault] = field(default_factory=list)
    change_bulk: Callable[[list[bytes]], list[bytes]] = lambda lines: lines
    change_operation: Callable[[dict], dict] = lambda operation: operation
    seen: list[dict[str, Any]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=lambda: {"shpat_static"})
    grants: int = 0
    base_url: str = ""
    operations: dict[str, dict] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    cut_downloads: int = 0

    def asked(self, text: str) -> int:
        return sum(text in body["query"] for body in self.seen)

    async def graphql(self, request: Request) -> Response:
        if request.headers.get("X-Shopify-Access-Token") not in self.tokens:
            return Response(status_code=401)
        body = orjson.loads(await request.body())
        for fault in list(self.faults):
            if (response := fault(body)) is not None:
                self.faults.remove(fault)
                return response
        self.seen.append(body)
        operation = parse(body["query"]).definitions[0]
        return self._resolve(operation.selection_set, body.get("variables") or {})  # type: ignore[union-attr]

    async def token(self, request: Request) -> Response:
        form = parse_qs((await request.body()).decode())
        if form["client_secret"] != ["s3cr3t-of-the-app"]:
            return Response(status_code=400)
        self.grants += 1
        token = f"minted-{self.grants}"
        self.tokens.add(token)
        return Response(orjson.dumps({"access_token": token, "expires_in": 86399, "scope": ""}))

    async def file(self, request: Request) -> Response:
        content = self.files[request.path_params["name"]]
        if self.cut_downloads:
            self.cut_downloads -= 1
            short = Response(content[: len(content) // 2])
            short.headers["content-length"] = str(len(content))
            return short
        return Response(content)

    def _resolve(self, selection: SelectionSetNode, given: dict[str, Any]) -> Response:
        data, cost = {}, 0.0
        for node in selection.selections:
            assert isinstance(node, FieldNode)
            found, costs = self._root(node, given)
            data[(node.alias or node.name).value] = found
            cost += costs
        if cost > 1000:
            return failure("MAX_COST_EXCEEDED", requestedQueryCost=cost)
        return answer(data, max(cost, 1))

    def _root(self, node: FieldNode, given: dict[str, Any]) -> tuple[Any, float]:
        """What one field of a query gives, and its points."""
        name, arguments = node.name.value, _arguments(node, given)
        if name == "currentAppInstallation":
            return {"accessScopes": [{"handle": s} for s in self.scopes]}, 0
        if name == "bulkOperationRunQuery":
            return self._run(arguments["query"]), 0
        if name == "bulkOperation":
            return self.operations[arguments["id"]], 0
        if name == "shop":
            return project(self.shop, node, given), 0
        if name.endswith("Count"):
            found = self._found(name.removesuffix("Count"), arguments.get("query"))
            return {"count": len(found), "precision": "EXACT"}, 0
        if name == "node":
            found = next((o for o in self._all() if o["id"] == arguments["id"]), None)
            return found and project(found, node, given), 0
        if name == "nodes":
            return [self._one(id_, node, given) for id_ in arguments["ids"]], 0
        if name == "shopifyPaymentsAccount":
            (inner,) = node.selection_set.selections  # type: ignore[union-attr]
            assert isinstance(inner, FieldNode)
            if not self.has_payments:
                return None, 0
            found, cost = self._root(inner, given)
            return {inner.name.value: found}, cost
        cost = arguments["first"] * (1 + 3 * given.get("nested", 0))
        found = self._found(name, arguments.get("query"))
        return page(found, node, given), cost

    def _run(self, text: str) -> dict:
        (node,) = parse(text).definitions[0].selection_set.selections  # type: ignore[union-attr]
        if node.name.value == "shopifyPaymentsAccount":
            (node,) = node.selection_set.selections
        found = self._found(node.name.value, _arguments(node, {}).get("query"))
        lines: list[bytes] = []
        for obj in found:
            _flatten(project(obj, _inside(node), {}), lines, None)
        number = str(len(self.operations) + 1)
        operation_id = f"gid://shopify/BulkOperation/{number}"
        self.files[number] = b"".join(self.change_bulk(list(lines)))
        done = {
            "id": operation_id,
            "status": "COMPLETED",
            "errorCode": None,
            "objectCount": str(len(lines)),
            "rootObjectCount": str(len(found)),
            "url": f"{self.base_url}/files/{number}?signature=signed-address-key",
            "partialDataUrl": None,
        }
        self.operations[operation_id] = self.change_operation(done)
        return {"bulkOperation": {"id": operation_id, "status": "CREATED"}, "userErrors": []}

    def _found(self, root: str, search: str | None) -> list[dict]:
        objects = getattr(self, ROOTS.get(root, root), self.others.get(root, []))
        found = sorted(objects, key=lambda o: (str(o.get("updatedAt")), o["id"]))
        for name, compare, moment in re.findall(r"(\w+):(>=|<=|<)'([^']*)'", search or ""):
            is_found, at = COMPARE[compare], MOMENTS[name]
            found = [o for o in found if is_found(o.get(at) or o["transactionDate"], moment)]
        return found

    def _one(self, id_: str, node: FieldNode, given: dict[str, Any]) -> dict | None:
        found = next((each for each in self._all() if each["id"] == id_), None)
        return found and project(found, node, given)

    def _all(self) -> Iterator[dict]:
        for order in self.orders:
            yield order
            yield from order.get("returns", ())
        for others in (self.customers, self.products, self.product_variants):
            yield from others


def _arguments(node: FieldNode, given: dict[str, Any]) -> dict[str, Any]:
    return {
        argument.name.value: given.get(argument.value.name.value)
        if isinstance(argument.value, VariableNode)
        else _literal(argument.value)
        for argument in node.arguments
    }


def _literal(value: Any) -> Any:
    text = getattr(value, "value", "")
    return int(text) if type(value).__name__ == "IntValueNode" else text


def _inside(node: FieldNode) -> FieldNode:
    """The ``node`` field of a connection's edges."""
    for name in ("edges", "node"):
        selections = node.selection_set.selections if node.selection_set else ()
        node = next(s for s in selections if isinstance(s, FieldNode) and s.name.value == name)
    return node


def project(obj: dict, node: FieldNode, given: dict[str, Any]) -> dict:
    """What a selection takes out of an object; fields it lacks are null, as vendors give them."""
    out: dict = {}
    for selected in node.selection_set.selections if node.selection_set else ():
        if isinstance(selected, InlineFragmentNode):
            if selected.type_condition.name.value == obj.get("__typename"):
                out |= project(obj, selected, given)  # type: ignore[arg-type]
            continue
        assert isinstance(selected, FieldNode)
        name = selected.name.value
        value = obj.get(name)
        inner = selected.selection_set.selections if selected.selection_set else ()
        if any(isinstance(s, FieldNode) and s.name.value == "edges" for s in inner):
            out[name] = page(value or [], selected, given)
        elif isinstance(value, list) and inner:
            out[name] = [project(each, selected, given) for each in value]
        elif isinstance(value, dict) and inner:
            out[name] = project(value, selected, given)
        else:
            out[name] = value
    out |= obj.get("_unasked", {})
    return out


def page(found: list[dict], node: FieldNode, given: dict[str, Any]) -> dict:
    arguments = _arguments(node, given)
    begin = int(arguments["after"]) if arguments.get("after") else 0
    end = begin + arguments["first"] if "first" in arguments else len(found)
    return {
        "edges": [
            {"cursor": str(place), "node": project(each, _inside(node), given)}
            for place, each in enumerate(found[begin:end], start=begin + 1)
        ],
        "pageInfo": {"hasNextPage": end < len(found), "endCursor": str(min(end, len(found)))},
    }


def _flatten(node: dict, lines: list[bytes], parent: str | None) -> None:
    below = {k: node.pop(k) for k in list(node) if isinstance(node[k], dict) and "edges" in node[k]}
    lines.append(orjson.dumps(node | ({"__parentId": parent} if parent else {})) + b"\n")
    for connection in below.values():
        for edge in connection["edges"]:
            _flatten(edge["node"], lines, node["id"])


@contextmanager
def at_a_socket(*routes: Route, clock: str | None = CLOCK) -> Iterator[str]:
    """Serve routes on a free loopback port, with the vendor's own frozen clock; gives the address.

    Without a clock the routes say the ``Date`` themselves.
    """
    config = uvicorn.Config(
        Starlette(routes=list(routes)),
        port=0,
        log_level="error",
        date_header=False,
        headers=[("Date", clock)] if clock else [],
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


@contextmanager
def open_shop(shop: TinyShop) -> Iterator[TinyShop]:
    with at_a_socket(
        Route("/admin/api/2026-07/graphql.json", shop.graphql, methods=["POST"]),
        Route("/admin/oauth/access_token", shop.token, methods=["POST"]),
        Route("/files/{name}", shop.file),
    ) as shop.base_url:
        yield shop
