"""The whole group served: its accounts, its faults, and how it moves to another world while it is asked.

What one account's application does is its system's business; sockets and threads are ``sandbox.servers``'.
"""

import contextlib
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from sandbox.applications import Applications, vendors
from sandbox.faults import Faults
from sandbox.requests_log import RequestLog
from sandbox.servers import Served, Servers, Shown
from sandbox.shopify.limits import Limits
from sandbox.world import World

__all__ = ["Group", "Served", "Servers", "interruption", "running"]


class Group(list[Served]):
    """The served accounts, and what can be done to all of them at once."""

    def __init__(self, servers: Servers, applications: Applications) -> None:
        super().__init__()
        self._applications = applications
        self.servers = servers
        for one in applications.of(servers.world):
            self.append(servers.start(one.system, one.account, one.app, one.secret))
        servers.wait()

    @property
    def world(self) -> World:
        return self.servers.world

    @property
    def faults(self) -> Faults:
        return self.servers.faults

    def show(self, world: World) -> None:
        """From the next request on every account answers from this world; older requests end in theirs."""
        apps = {one.account: one.app for one in self._applications.of(world)}
        self.servers.world = world
        self.servers.shown = Shown(world.clock, apps)


@contextlib.contextmanager
def running(
    world: World, name: str, log_file: Path, limits: Limits | None = None
) -> Iterator[Group]:
    """Serve a world until the block ends; ``name`` is what its secrets are derived from.

    Bulk files lie beside the log: those that a killed group left are swept away by the next.
    """
    folder = log_file.with_suffix(".bulk")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    log = RequestLog(log_file)
    served = vendors(world)
    accounts = {system: tuple(names) for system, names in served.accounts.items()}
    servers = Servers(world, log, Faults(served.modules, accounts))
    applications = Applications(name, folder, limits or Limits())
    try:
        yield Group(servers, applications)
    finally:
        servers.stop()
        applications.stop()
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
