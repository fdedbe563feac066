"""The shop over HTTP: token grant, GraphQL, bulk files. One application per account."""

import json
import re
import tempfile
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import duckdb
import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from sandbox.faults import ACCESS_KINDS
from sandbox.shopify.access import App
from sandbox.shopify.ask import Ask
from sandbox.shopify.bulk import BulkOperations
from sandbox.shopify.bulk_fault import faulty_lines
from sandbox.shopify.cost import Bucket
from sandbox.shopify.endpoints import ENDPOINTS, REFUSED, endpoint_of, error_body
from sandbox.shopify.execute import answer, refuse
from sandbox.shopify.limits import ORDERS_DAYS
from sandbox.shopify.rows import Store
from sandbox.shopify.schema import VERSION
from sandbox.world.model import ShopSpec, World

__all__ = ["ENDPOINTS", "REFUSED", "Shop", "endpoint_of", "error_body"]

FIRST_BULK_NUMBER = 720_918_000_001
REVOKED = "The client id or secret is wrong, or the app is not installed."
API_VERSION = re.compile(r"^20\d\d-(01|04|07|10)$")


class Shop:
    """One shop of the world, as its apps reach it.

    ``before``: the same shop in an earlier world. What an app was granted, may still ask and has had
    exported stays; objects and clock are the new world's.
    """

    def __init__(
        self,
        world: World,
        spec: ShopSpec,
        app: App,
        folder: Path | None = None,
        before: "Shop | None" = None,
    ) -> None:
        self.spec = spec
        self.app = app
        self._con: duckdb.DuckDBPyConnection = world.con.cursor()
        self._clock = world.clock
        if before:
            self.bucket, self.bulk = before.bucket, before.bulk
        else:
            self.bucket = Bucket(app.limits)
            directory = Path(tempfile.mkdtemp(prefix="bulk-", dir=folder))
            self.bulk = BulkOperations(directory, app.limits, FIRST_BULK_NUMBER)
        oldest = (world.clock - timedelta(days=ORDERS_DAYS)).strftime("%Y-%m-%dT%H:%M:%SZ")
        # Without read_all_orders older orders aren't there, and nothing says so.
        self._orders = "true" if "read_all_orders" in app.scopes else f"\"createdAt\" >= '{oldest}'"

    def application(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/admin/oauth/access_token", self._token, methods=["POST"]),
                Route("/admin/api/{version}/graphql.json", self._graphql, methods=["POST"]),
                Route("/bulk/{number:int}.jsonl", self._file, methods=["GET"]),
            ]
        )

    async def _token(self, request: Request) -> Response:
        request.state.operation = "access token"
        if _fault(request) == "expired_token":
            return _json({"error": "invalid_client", "error_description": REVOKED}, 401)
        text = (await request.body()).decode("utf-8", "replace")
        if request.headers.get("content-type", "").startswith("application/json"):
            try:
                asked = json.loads(text)
            except ValueError:
                asked = {}
        else:
            asked = dict(parse_qsl(text))
        status, body = self.app.grant(asked if isinstance(asked, dict) else {})
        return _json(body, status)

    async def _graphql(self, request: Request) -> Response:
        version = request.path_params["version"]
        if not API_VERSION.match(version) or version > VERSION:
            return _json({"errors": "Not Found"}, 404)
        headers = {"X-Shopify-API-Version": VERSION, "X-Request-Id": str(uuid.uuid4())}
        fault = _fault(request)
        known = self.app.knows(request.headers.get("x-shopify-access-token", ""))
        if not known or fault == "expired_token":
            message = "[API] Invalid API key or access token (unrecognized login or wrong password)"
            return _json({"errors": message}, 401, headers)
        body = await request.body()
        if request.headers.get("content-type", "").startswith("application/graphql"):
            asked: Any = {"query": body.decode("utf-8", "replace")}
        else:
            try:
                asked = orjson.loads(body)
            except orjson.JSONDecodeError:
                asked = None
        if not isinstance(asked, dict):
            return _json(
                {"errors": {"query": "Required parameter missing or invalid"}}, 400, headers
            )
        base_url = str(request.base_url).rstrip("/")
        content, operation, cost = await run_in_threadpool(self._answer, asked, base_url, fault)
        request.state.operation, request.state.cost = operation, cost
        return Response(content, headers=headers, media_type="application/json")

    def _answer(
        self, asked: dict[str, Any], base_url: str, fault: str | None
    ) -> tuple[bytes, str, int | None]:
        is_denied = fault == "missing_scope"
        store = Store(self._con.cursor(), self.spec.account, self._orders)
        try:
            ask = Ask(
                store=store,
                scopes=frozenset() if is_denied else self.app.scopes,
                zone=ZoneInfo(self.spec.zone),
                now=self._clock,
                base_url=base_url,
                world=self._con,
                bulk=self.bulk,
                fault=fault,
            )
            found = answer(ask, asked, self.app.limits, self.bucket)
            if is_denied:
                found = refuse(asked, found)
        finally:
            store.con.close()
        return orjson.dumps(found.body), found.operation, found.cost

    async def _file(self, request: Request) -> Response:
        """No token here: whoever holds the signed address may read."""
        request.state.operation = "bulk file"
        query = request.query_params
        file = self.bulk.file(
            request.path_params["number"], query.get("expires", ""), query.get("signature", "")
        )
        fault = _fault(request)
        if file is None or fault in ACCESS_KINDS:
            return Response("<Error><Code>AccessDenied</Code></Error>", 403)
        if fault:
            lines = await run_in_threadpool(faulty_lines, file, fault)
            return Response(lines, media_type="application/jsonl")
        return FileResponse(file, media_type="application/jsonl")


def _fault(request: Request) -> str | None:
    """The fault that this application has to play itself, if any."""
    return getattr(request.state, "fault", None)


def _json(body: Any, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(orjson.dumps(body), status, headers, media_type="application/json")
