"""One shop's Admin API on a socket: tokens, versions, costs, throttling, bulk files."""

import re
import secrets
import time
from typing import Any

import anyio
from graphql import GraphQLError, OperationDefinitionNode, execute_sync, parse, validate
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from sandbox.shopify import cost, scopes
from sandbox.shopify.bulk import BulkOperations
from sandbox.shopify.execution import Context, resolve, schema, type_of
from sandbox.shopify.store import Store

OLDEST, NEWEST = "2025-10", "2026-10"
TOKEN_SECONDS = 86_399


class Tokens:
    """Who may ask: one static token, or tokens minted for a client id and secret, which expire."""

    def __init__(self, secret: str, granted: frozenset[str], lifetime: float = TOKEN_SECONDS):
        self.secret, self.granted, self.lifetime = secret, granted, lifetime
        self.minted: dict[str, float] = {}

    def mint(self, form: dict[str, str]) -> dict[str, Any] | None:
        given = f"{form.get('client_id')}:{form.get('client_secret')}"
        if ":" not in self.secret or not secrets.compare_digest(given, self.secret):
            return None
        token = f"shpca_{secrets.token_hex(16)}"
        self.minted[token] = time.monotonic() + self.lifetime
        return {
            "access_token": token,
            "scope": ",".join(sorted(self.granted)),
            "expires_in": int(self.lifetime),
        }

    def accepts(self, token: str) -> bool:
        if ":" not in self.secret and secrets.compare_digest(token, self.secret):
            return True
        return self.minted.get(token, 0) > time.monotonic()


class Shop:
    """The routes of one shop and what they share."""

    def __init__(self, store: Store, tokens: Tokens, bulk: BulkOperations, bucket: cost.Bucket):
        self.store, self.tokens, self.bulk, self.bucket = store, tokens, bulk, bucket

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/admin/oauth/access_token", self.token, methods=["POST"]),
                Route("/admin/api/{version}/graphql.json", self.graphql, methods=["POST"]),
                Route("/_bulk/{file}", self.file),
            ]
        )

    async def token(self, request: Request) -> Response:
        body = (
            await request.json()
            if "json" in request.headers.get("content-type", "")
            else dict(await request.form())
        )
        if body.get("grant_type") != "client_credentials":
            return JSONResponse({"error": "unsupported_grant_type"}, 400)
        minted = self.tokens.mint({k: str(v) for k, v in body.items()})
        return JSONResponse(minted) if minted else JSONResponse({"error": "invalid_client"}, 401)

    async def file(self, request: Request) -> Response:
        name = request.path_params["file"]
        found = next((o.file for o in self.bulk.operations.values() if o.file.name == name), None)
        if found is None or not found.exists():
            return Response("no such bulk file", 404)
        return FileResponse(found, media_type="application/jsonl")

    async def graphql(self, request: Request) -> Response:
        version = request.path_params["version"]
        if not re.fullmatch(r"\d{4}-(01|04|07|10)|unstable", version):
            return JSONResponse({"errors": "Not Found"}, 404)
        served = min(max(version, OLDEST), NEWEST) if version != "unstable" else version
        headers = {"X-Shopify-API-Version": served, "X-Request-Id": secrets.token_hex(8)}
        if not self.tokens.accepts(request.headers.get("X-Shopify-Access-Token", "")):
            message = "[API] Invalid API key or access token (unrecognized login or wrong password)"
            return JSONResponse({"errors": message}, 401, headers)
        body = await request.json()
        answer = await anyio.to_thread.run_sync(
            self.answer, body["query"], body.get("variables") or {}
        )
        request.state.operation = answer.pop("_operation", None)
        request.state.cost = answer.get("extensions", {}).get("cost", {}).get("actualQueryCost")
        return JSONResponse(answer, headers=headers)

    def answer(self, text: str, variables: dict[str, Any]) -> dict[str, Any]:
        try:
            document = parse(text)
        except GraphQLError as error:
            return {"errors": [error.formatted]}
        if errors := validate(schema(), document):
            return {"errors": [error.formatted for error in errors]}
        asked = cost.requested(document, schema(), variables)
        if asked > cost.MOST:
            message = f"Query cost is {asked}, which exceeds the single query max cost limit ({cost.MOST})."
            return {
                "errors": [
                    {
                        "message": message,
                        "extensions": {
                            "code": "MAX_COST_EXCEEDED",
                            "cost": asked,
                            "maxCost": cost.MOST,
                        },
                    }
                ]
            }
        if not self.bucket.take(asked):
            return {
                "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
                "extensions": {"cost": self._cost(asked, None)},
            }
        context = Context(self.store, self.bulk, self.tokens.granted)
        result = execute_sync(
            schema(),
            document,
            context_value=context,
            variable_values=variables,
            field_resolver=resolve,
            type_resolver=type_of,
        )
        actual = min(asked, _objects(result.data)) if asked else 0
        self.bucket.give_back(asked - actual)
        name = next(
            (
                d.name.value
                for d in document.definitions
                if isinstance(d, OperationDefinitionNode) and d.name
            ),
            None,
        )
        return {
            **result.formatted,
            "extensions": {"cost": self._cost(asked, actual)},
            "_operation": name,
        }

    def _cost(self, asked: int, actual: int | None) -> dict[str, Any]:
        return {
            "requestedQueryCost": asked,
            "actualQueryCost": actual,
            "throttleStatus": self.bucket.status(),
        }


def _objects(data: Any) -> int:
    """What the answer really held: every object with an id counts one, every connection two."""
    if isinstance(data, list):
        return sum(_objects(item) for item in data)
    if not isinstance(data, dict):
        return 0
    own = 2 if {"edges", "nodes"} & set(data) else int("id" in data)
    return own + sum(_objects(value) for value in data.values())


def granted() -> frozenset[str]:
    return scopes.ALL
