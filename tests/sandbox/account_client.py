"""Serves one account's application on a port of its own, with limits or scopes of the test's own."""

from pathlib import Path

import httpx
from starlette.types import ASGIApp

from sandbox.requests_log import RequestLog
from sandbox.serve import Servers
from sandbox.world import World


class ServeAccount:
    def __init__(self, world: World, folder: Path) -> None:
        self._servers = Servers(world, RequestLog(folder / "requests.jsonl"))
        self._clients: list[httpx.Client] = []

    def __call__(
        self, system: str, app: ASGIApp, headers: dict[str, str] | None = None
    ) -> httpx.Client:
        served = self._servers.start(system, f"{system}-{len(self._clients)}", app)
        self._servers.wait()
        client = httpx.Client(base_url=served.base_url, headers=headers or {}, timeout=30)
        self._clients.append(client)
        return client

    def stop(self) -> None:
        for client in self._clients:
            client.close()
        self._servers.stop()
        self._servers.log.close()
