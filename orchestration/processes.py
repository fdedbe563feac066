"""Processes that the command line starts beside itself: the embedded group and the Dagster UI.

Each is stopped by its own process id, also when the run fails or is interrupted.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

STOP_SECONDS = 10
UI_STOP_SECONDS = 25  # it stops a web server, a daemon and their code servers one after the other


class Sandbox:
    """`python -m sandbox serve`: starts at once, so that its world is built while the job is imported."""

    def __init__(self, folder: Path, options: Sequence[str] = ()) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.group_file = folder / "group.toml"
        self.log = folder / "sandbox.log"
        command = [sys.executable, "-u", "-m", "sandbox", "serve", "--until-input-ends", *options]
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                [*command, "--write-group", str(self.group_file)],
                stdin=subprocess.PIPE,  # ends with us, even if we are killed
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> str:
        """Its ready line: every server answers and the group file is written."""
        while True:
            ended = self._process.poll()
            for line in self.log.read_text(errors="replace").splitlines():
                if line.startswith("ready"):
                    return line
            if ended is not None:
                raise ChildProcessError(
                    f"the sandbox ended with code {ended} before it was ready:"
                    f" {last_lines(self.log)} Its log: {self.log}"
                )
            time.sleep(0.05)

    def stop(self) -> None:
        stop(self._process)


@contextmanager
def sandbox(folder: Path, options: Sequence[str] = ()) -> Iterator[Sandbox]:
    served = Sandbox(folder, options)
    try:
        yield served
    finally:
        served.stop()


@contextmanager
def dagster_dev(workspace: Path, home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The Dagster UI and its daemon, logging to `<home>/dev.log`."""
    home.mkdir(parents=True, exist_ok=True)
    dagster = str(Path(sys.executable).with_name("dagster"))
    with (home / "dev.log").open("w") as log:
        process = subprocess.Popen(
            [dagster, "dev", "-w", str(workspace), "-h", "127.0.0.1", "-p", str(port)],
            cwd=workspace.parent,
            env=os.environ | {"DAGSTER_HOME": str(home)},
            stdout=log,
            stderr=subprocess.STDOUT,
            process_group=0,  # its own children end with it, however it ends
        )
    try:
        yield process
    finally:
        stop(process, UI_STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def stop(process: subprocess.Popen[bytes], seconds: float = STOP_SECONDS) -> None:
    """Ask it to end; end it when it does not listen."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port(wanted: int = 3000) -> int:
    """`wanted` if nothing listens there, else one the system picks (two UIs can bind one port unnoticed)."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            if port and probe.connect_ex(("127.0.0.1", port)) == 0:
                continue
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", port))
            return taken.getsockname()[1]
    raise OSError("no free port on 127.0.0.1")


def last_lines(log: Path, count: int = 5) -> str:
    return " / ".join(log.read_text(errors="replace").strip().splitlines()[-count:])
