"""Sockets and threads: one server per account, all of them showing the same world at any moment."""

import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.fault_play import Connection, Entrance, Faulty
from sandbox.faults import Faults
from sandbox.requests_log import Logged, RequestLog
from sandbox.world import World

START_SECONDS = 20
STOP_SECONDS = 1.5


@dataclass(frozen=True)
class Served:
    """One account and where it answers."""

    system: str
    account: str
    base_url: str
    secret: str | None


@dataclass(frozen=True)
class Shown:
    """What all servers answer from: replaced whole, so that no two accounts show different worlds."""

    clock: datetime
    applications: Mapping[str, ASGIApp]


@dataclass
class Servers:
    """One uvicorn server per account, each in a thread; a port is bound before anyone is told of it."""

    world: World
    log: RequestLog
    faults: Faults = field(default_factory=lambda: Faults({}, {}))
    shown: Shown = field(init=False)
    running: list[tuple[uvicorn.Server, threading.Thread]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shown = Shown(self.world.clock, {})

    def start(self, system: str, account: str, app: ASGIApp, secret: str | None = None) -> Served:
        self.shown = Shown(self.shown.clock, {**self.shown.applications, account: app})
        vendor = self.faults.vendors.get(system)
        inner = Faulty(_mounted(account), self.faults, vendor, system, account) if vendor else None
        logged = Logged(inner or _mounted(account), self.log, system, account)
        base_url = self.listen(Entrance(logged, lambda: self.shown))
        return Served(system, account, base_url, secret)

    def listen(self, app: ASGIApp) -> str:
        """Serve an application on a free port; gives back its address."""
        bound = socket.socket()
        bound.bind(("127.0.0.1", 0))
        # The Date header is the world's, so uvicorn's own is off.
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=Connection,
                log_level="warning",
                date_header=False,
                server_header=False,
                lifespan="off",
            )
        )
        thread = threading.Thread(target=server.run, args=([bound],), daemon=True)
        thread.start()
        self.running.append((server, thread))
        return f"http://127.0.0.1:{bound.getsockname()[1]}"

    def wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not all(server.started for server, _ in self.running):
            if time.monotonic() > deadline:
                raise RuntimeError(f"sandbox: a server did not start within {START_SECONDS} s")
            time.sleep(0.01)

    def stop(self) -> None:
        """Open connections are cut: whoever is still asking has been told to stop as well."""
        for server, _ in self.running:
            server.should_exit = server.force_exit = True
        deadline = time.monotonic() + STOP_SECONDS
        for _, thread in self.running:
            thread.join(max(0.0, deadline - time.monotonic()))


def _mounted(account: str) -> ASGIApp:
    """The account's application in the world that the request entered."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await scope["state"]["shown"].applications[account](scope, receive, send)

    return app
