"""Stripe's accounts of a test's own, over sockets, and what a client says to them."""

from pathlib import Path
from typing import Any

import httpx

from sandbox.requests_log import RequestLog
from sandbox.servers import Servers
from sandbox.stripe.access import PERMISSIONS
from sandbox.stripe.limits import Limits
from sandbox.stripe.server import application
from sandbox.world import World
from sandbox.world.accounts import PAYMENTS_GMBH
from sandbox.world.model import AccountSpec

SECRET = "rk_live_51abcdefghijklmnop"


class ServeStripe:
    """Serves accounts of one world; its clients are as generous as a test that isn't about limits."""

    def __init__(self, world: World, folder: Path) -> None:
        self._servers = Servers(world, RequestLog(folder / "requests.jsonl"))
        self._clients: list[httpx.Client] = []

    def __call__(
        self,
        account: AccountSpec = PAYMENTS_GMBH,
        limits: Limits | None = None,
        permissions: frozenset[str] = frozenset(PERMISSIONS.values()),
    ) -> httpx.Client:
        app = application(
            self._servers.world,
            account,
            SECRET,
            limits or Limits(global_rate=1_000_000),
            permissions,
        )
        served = self._servers.start("stripe", f"{account.account} {len(self._clients)}", app)
        self._servers.wait()
        headers = {"Authorization": f"Bearer {SECRET}"}
        client = httpx.Client(base_url=served.base_url, headers=headers, timeout=30)
        self._clients.append(client)
        return client

    def stop(self) -> None:
        for client in self._clients:
            client.close()
        self._servers.stop()
        self._servers.log.close()


def ok(client: httpx.Client, path: str, **params: Any) -> dict[str, Any]:
    """An answer; ``created__gte=1`` is ``created[gte]=1``, ``expand__=x`` is ``expand[]=x``."""
    answer = client.get(path, params={_bracketed(name): value for name, value in params.items()})
    assert answer.status_code == 200, answer.text
    return answer.json()


def everything(client: httpx.Client, path: str, **params: Any) -> list[dict[str, Any]]:
    """A list's objects, page after page."""
    found: list[dict[str, Any]] = []
    more = {}
    while True:
        page = ok(client, path, limit=100, **params, **more)
        found += page["data"]
        if not page["has_more"]:
            return found
        more = {"starting_after": page["data"][-1]["id"]}


def _bracketed(name: str) -> str:
    head, sign, tail = name.partition("__")
    return f"{head}[{tail}]" if sign else name
