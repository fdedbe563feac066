"""The Dagster UI on the line's own storage, until the person stops it."""

import time
from collections.abc import Callable
from pathlib import Path

import httpx
from rich.console import Console

from orchestration import environment, processes, runs

START_SECONDS = 120


def serve(console: Console, wanted_port: int) -> int:
    """Start the UI and its daemon, say where it is, wait; 0 when it was asked to stop."""
    environment.pin_paths()
    with runs.instance() as storage:
        runs.end_lost_runs(storage)
    port = processes.free_port(wanted_port)
    url = f"http://127.0.0.1:{port}"
    home = environment.dagster_home()
    workspace = environment.PROJECT / "workspace.yaml"
    with processes.dagster_dev(workspace, home, port) as process:
        _wait_until_it_answers(url, process.poll, home)
        console.print(
            f"Dagster UI: {url}  (Ctrl-C stops it; its log: {home / 'dev.log'})",
            highlight=False,
            soft_wrap=True,
        )
        try:
            return process.wait()
        except KeyboardInterrupt:
            console.print("stopping")
            return 0


def _wait_until_it_answers(url: str, ended: Callable[[], int | None], home: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if ended() is not None:
            raise ChildProcessError(
                f"the Dagster UI ended before it answered: {processes.last_lines(home / 'dev.log')}"
                f" Its log: {home / 'dev.log'}"
            )
        try:
            if httpx.get(f"{url}/server_info", timeout=2).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise TimeoutError(
        f"{url} does not answer after {START_SECONDS} s. Its log: {home / 'dev.log'}"
    )
