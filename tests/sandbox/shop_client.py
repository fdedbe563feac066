"""A client of a served shop, as plain as can be, and a factory of shops with odd limits."""

import time
from pathlib import Path
from typing import Any

import httpx

from sandbox.requests_log import RequestLog
from sandbox.serve import Servers
from sandbox.shopify.access import App
from sandbox.shopify.limits import Limits
from sandbox.shopify.server import Shop
from sandbox.world import World

GRAPHQL = "/admin/api/2026-07/graphql.json"
RUN = """mutation Run($query: String!, $grouped: Boolean!) {
  bulkOperationRunQuery(query: $query, groupObjects: $grouped) {
    bulkOperation { id status objectCount url } userErrors { field message code }
  }
}"""
POLL = """query Poll($id: ID!) { bulkOperation(id: $id) {
  id status type query errorCode createdAt completedAt objectCount rootObjectCount fileSize url
  partialDataUrl } }"""


class ShopClient:
    def __init__(self, base_url: str, token: str | None = None) -> None:
        headers = {"X-Shopify-Access-Token": token} if token else {}
        self.http = httpx.Client(base_url=base_url, headers=headers, timeout=60)

    def close(self) -> None:
        self.http.close()

    def post(self, query: str, path: str = GRAPHQL, /, **variables: Any) -> httpx.Response:
        return self.http.post(path, json={"query": query, "variables": variables})

    def body(self, query: str, /, **variables: Any) -> dict[str, Any]:
        response = self.post(query, **variables)
        assert response.status_code == 200, response.text
        return response.json()

    def data(self, query: str, /, **variables: Any) -> dict[str, Any]:
        body = self.body(query, **variables)
        assert "errors" not in body, body["errors"]
        return body["data"]

    def codes(self, query: str, /, **variables: Any) -> list[str]:
        errors = self.body(query, **variables)["errors"]
        return [error["extensions"]["code"] for error in errors]

    def run_bulk(self, query: str, *, grouped: bool = False) -> dict[str, Any]:
        return self.data(RUN, query=query, grouped=grouped)["bulkOperationRunQuery"]

    def poll(self, operation_id: str) -> dict[str, Any]:
        return self.data(POLL, id=operation_id)["bulkOperation"]

    def wait(self, operation_id: str, seconds: float = 60) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while (operation := self.poll(operation_id))["status"] in (
            "CREATED",
            "RUNNING",
            "CANCELING",
        ):
            assert time.monotonic() < deadline, operation
            time.sleep(0.02)
        return operation

    def bulk(self, query: str, *, grouped: bool = False) -> dict[str, Any]:
        """Run to the end; the operation as last polled."""
        started = self.run_bulk(query, grouped=grouped)
        assert started["userErrors"] == []
        return self.wait(started["bulkOperation"]["id"])


class ServeShop:
    def __init__(self, world: World, folder: Path, scopes: frozenset[str]) -> None:
        self._folder = folder
        self._scopes = scopes
        self._servers = Servers(world, RequestLog(folder / "requests.jsonl"))
        self._shops: list[Shop] = []

    def __call__(
        self,
        limits: Limits | None = None,
        scopes: set[str] | None = None,
        secret: str = "shpat_test",
        account: str = "nordlicht-de",
    ) -> ShopClient:
        granted = self._scopes if scopes is None else frozenset(scopes)
        app = App(secret, granted, limits or Limits())
        spec = next(s for s in self._servers.world.shops if s.account == account)
        shop = Shop(self._servers.world, spec, app, self._folder)
        self._shops.append(shop)
        served = self._servers.start("shopify", account, shop.application())
        self._servers.wait()
        return ShopClient(served.base_url, secret)

    def stop(self) -> None:
        self._servers.stop()
        for shop in self._shops:
            shop.bulk.stop()
        self._servers.log.close()
