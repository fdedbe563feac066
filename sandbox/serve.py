"""Every server of the group on a free loopback port, and the group file that points at them."""

import contextlib
import hashlib
import shutil
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from sandbox import group_file
from sandbox.rates import ecb, treasury
from sandbox.requests_log import Logged, RequestLog
from sandbox.shopify.access import App
from sandbox.shopify.server import Shop
from sandbox.world import World


@dataclass(frozen=True)
class Served:
    """One account and where it answers."""

    system: str
    account: str
    base_url: str
    secret: str | None


def secret_of(seed: str, account: str, kind: str) -> str:
    """Random-looking, the same for the same world; never logged."""
    digest = hashlib.sha256(f"{seed}|{account}".encode()).hexdigest()
    return f"shpat_{digest[:32]}" if kind == "token" else f"{digest[:32]}:shpss_{digest[32:]}"


@contextlib.contextmanager
def running(world: World, seed: str, log_file: Path) -> Iterator[list[Served]]:
    """Serve a world until the block ends; sockets closed and files gone within two seconds."""
    folder = Path(tempfile.mkdtemp(prefix="concord-sandbox-"))
    log = RequestLog(log_file)
    date = world.clock.strftime("%a, %d %b %Y %H:%M:%S GMT")
    servers: list[tuple[uvicorn.Server, threading.Thread]] = []
    bulks = []

    def start(system: str, account: str, app: ASGIApp, secret: str | None) -> Served:
        sock = socket.socket()
        sock.bind(("127.0.0.1", 0))
        logged = Logged(app, log, system, account, date)
        config = uvicorn.Config(logged, log_level="warning", date_header=False, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([sock],), daemon=True)
        thread.start()
        servers.append((server, thread))
        return Served(system, account, f"http://127.0.0.1:{sock.getsockname()[1]}", secret)

    try:
        served = []
        for shop in world.shops:
            secret = secret_of(seed, shop.account, shop.secret_kind)
            server = Shop(world, shop, App(secret), folder)
            bulks.append(server.bulk)
            served.append(start("shopify", shop.account, server.application(), secret))
        served.append(start("ecb", "ecb", ecb.app(world.con), None))
        secret = secret_of(seed, "treasury", "token").replace("shpat_", "trs_")
        served.append(start("treasury", "treasury", treasury.app(world.con, secret), secret))
        deadline = time.monotonic() + 20
        while not all(server.started for server, _ in servers):
            if time.monotonic() > deadline:
                raise RuntimeError("sandbox: a server did not start within 20 s")
            time.sleep(0.01)
        yield served
    finally:
        for server, _ in servers:
            server.should_exit = True
            server.force_exit = True
        for bulk in bulks:
            bulk.stop()
        for _, thread in servers:
            thread.join(timeout=1.5)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def until_interrupted() -> None:
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: done.set())
    done.wait()


def write_group(file: Path, world: World, served: list[Served], seed: str, currency: str) -> None:
    """The group file and, beside it and for its owner only, the secrets."""
    group_file.write(file, world, {s.account: s.base_url for s in served}, currency)
    secrets = {group_file.secret_env(s.system, s.account): s.secret for s in served if s.secret}
    secrets["CONCORD_HASH_KEY"] = hashlib.sha256(f"{seed}|hash key".encode()).hexdigest()
    env = file.with_name(file.name + ".env")
    env.touch(mode=0o600)
    env.chmod(0o600)
    env.write_text("".join(f"{name}={value}\n" for name, value in secrets.items()))
