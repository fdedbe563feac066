"""AfterShip over HTTP for one account: ``GET /tracking/{version}/trackings`` and ``.../trackings/{id}``.

Any dated version is answered alike. Source: aftership.com/docs/tracking, versioning, rate limit.
"""

import hmac
import re

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.aftership.errors import ID_INVALID, TRACKING_MISSING, AfterShipError, of_status
from sandbox.aftership.limits import Limits, Meter
from sandbox.aftership.listing import Trackings
from sandbox.world.model import AccountSpec, World

ENDPOINTS = ("trackings",)
VERSION = re.compile(r"^20\d\d-(01|04|07|10)$")
TRACKING_ID = re.compile(r"^[0-9a-z]{24,32}$")


def endpoint_of(method: str, path: str, query: str, body: bytes) -> str:
    """There is one: a single tracking counts as its list."""
    return "trackings" if "trackings" in path.split("/") else ""


def error_body(status: int) -> bytes:
    return orjson.dumps(of_status(status))


def application(
    world: World, account: AccountSpec, secret: str, limits: Limits | None = None
) -> Starlette:
    return AfterShip(world, account, secret, limits or Limits()).application()


class AfterShip:
    """One organisation and the API key that ``secret`` is."""

    def __init__(self, world: World, account: AccountSpec, secret: str, limits: Limits) -> None:
        self._clock = world.clock
        self._key = secret.encode()
        self._trackings = Trackings(world.con.cursor(), account.account, world.clock, limits)
        self._lists, self._singles = (
            Meter(limits.lists_per_second),
            Meter(limits.singles_per_second),
        )

    def application(self) -> Starlette:
        listed = "/tracking/{version}/trackings"
        return Starlette(
            routes=[
                Route(listed, self._list, methods=["GET"]),
                Route(f"{listed}/{{id}}", self._single, methods=["GET"]),
            ]
        )

    async def _list(self, request: Request) -> Response:
        return await self._answer(request, self._lists)

    async def _single(self, request: Request) -> Response:
        return await self._answer(request, self._singles)

    async def _answer(self, request: Request, meter: Meter) -> Response:
        request.state.operation = "trackings"
        try:
            self._admit(request, meter)
            data = await run_in_threadpool(self._data, request)
            status, body = 200, {"meta": {"code": 200}, "data": data}
        except AfterShipError as error:
            status, body = error.status, error.body
        headers = {**meter.headers(self._clock), "as-api-version": request.path_params["version"]}
        return Response(orjson.dumps(body), status, headers, media_type="application/json")

    def _admit(self, request: Request, meter: Meter) -> None:
        fault = getattr(request.state, "fault", None)
        if not VERSION.match(request.path_params["version"]):
            raise AfterShipError(404)
        given = request.headers.get("as-api-key", "").encode()
        if not hmac.compare_digest(given, self._key) or fault == "expired_token":
            raise AfterShipError(401)
        if fault == "missing_scope":
            raise AfterShipError(403)
        if not meter.admits():
            raise AfterShipError(429)

    def _data(self, request: Request) -> object:
        tracking_id = request.path_params.get("id")
        if tracking_id is None:
            return self._trackings.page(request.query_params, getattr(request.state, "fault", None))
        if not TRACKING_ID.match(tracking_id):
            raise AfterShipError(400, "The value of id is invalid.", ID_INVALID)
        found = self._trackings.one(tracking_id)
        if found is None:
            raise AfterShipError(404, "Tracking does not exist.", TRACKING_MISSING)
        return found
