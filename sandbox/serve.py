"""Every server of the group on a free loopback port, and the files that say where and with what secret."""

import contextlib
import hashlib
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from sandbox import group_file
from sandbox.rates import ecb, treasury
from sandbox.requests_log import Logged, RequestLog
from sandbox.shopify.access import App
from sandbox.shopify.limits import Limits
from sandbox.shopify.server import Shop
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


@dataclass
class Servers:
    """One uvicorn server per account, each in a thread; a port is bound before anyone is told of it."""

    world: World
    log: RequestLog
    running: list[tuple[uvicorn.Server, threading.Thread]] = field(default_factory=list)

    def start(self, system: str, account: str, app: ASGIApp, secret: str | None = None) -> Served:
        bound = socket.socket()
        bound.bind(("127.0.0.1", 0))
        logged = Logged(app, self.log, system, account, self.world.clock)
        # The Date header is the world's, so uvicorn's own is off.
        server = uvicorn.Server(
            uvicorn.Config(
                logged, log_level="warning", date_header=False, server_header=False, lifespan="off"
            )
        )
        thread = threading.Thread(target=server.run, args=([bound],), daemon=True)
        thread.start()
        self.running.append((server, thread))
        return Served(system, account, f"http://127.0.0.1:{bound.getsockname()[1]}", secret)

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


@contextlib.contextmanager
def running(
    world: World, name: str, log_file: Path, limits: Limits | None = None
) -> Iterator[list[Served]]:
    """Serve a world until the block ends; ``name`` is what its secrets are derived from."""
    folder = Path(tempfile.mkdtemp(prefix="concord-sandbox-"))
    log = RequestLog(log_file)
    servers = Servers(world, log)
    shops: list[Shop] = []
    try:
        served = []
        for spec in world.shops:
            secret = _secret(name, spec.account, spec.secret_kind)
            shop = Shop(world, spec, App(secret, limits=limits or Limits()), folder)
            shops.append(shop)
            served.append(servers.start("shopify", spec.account, shop.application(), secret))
        served.append(servers.start("ecb", "ecb", ecb.application(world.con)))
        secret = _secret(name, "treasury", "bearer")
        app = treasury.application(world.con, secret)
        served.append(servers.start("treasury", "treasury", app, secret))
        servers.wait()
        yield served
    finally:
        servers.stop()
        for shop in shops:
            shop.bulk.stop()
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def interruption(*, with_input: bool) -> threading.Event:
    """Set by SIGINT and SIGTERM from now on; to be called before anyone is told that we serve.

    ``with_input``: also when standard input ends, which it does when whoever started us is killed.
    """
    interrupted = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: interrupted.set())

    def read_to_the_end() -> None:
        sys.stdin.buffer.read()
        interrupted.set()

    if with_input:
        threading.Thread(target=read_to_the_end, daemon=True).start()
    return interrupted


def write_group(file: Path, world: World, served: list[Served], name: str) -> None:
    """The group file and, beside it and for its owner only, the secrets."""
    group_file.write(file, world, {s.account: s.base_url for s in served})
    secrets = {group_file.secret_env(s.system, s.account): s.secret for s in served if s.secret}
    secrets["CONCORD_HASH_KEY"] = _digest(name, "hash key")
    env = file.with_name(f"{file.name}.env")
    env.touch(mode=0o600)
    env.chmod(0o600)
    env.write_text("".join(f"{key}={value}\n" for key, value in secrets.items()))


def _digest(name: str, what: str) -> str:
    return hashlib.sha256(f"{name}|{what}".encode()).hexdigest()


def _secret(name: str, account: str, kind: str) -> str:
    """Looks random, is the same for the same world, is never logged."""
    digest = _digest(name, account)
    if kind == "client_credentials":
        return f"{digest[:32]}:shpss_{digest[32:]}"
    return f"shpat_{digest[:32]}" if kind == "token" else f"trs_{digest[:40]}"
