"""``python -m sandbox`` as a process: one command to its end, or a group served until told to stop."""

import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def sandbox(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sandbox", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=120,
    )


class Serving:
    """``sandbox serve`` in a process of its own, up to its ready line."""

    def __init__(self, file: Path, *options: str) -> None:
        self.file = file
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "serve", *options, "--write-group", str(file)],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said: list[str] = []
        assert self.process.stdout
        for line in self.process.stdout:
            self.said.append(line.rstrip("\n"))
            if line.startswith("ready"):
                return
        assert self.process.stderr
        raise AssertionError(self.process.stderr.read())

    @property
    def group(self) -> dict:
        return tomllib.loads(self.file.read_text())

    @property
    def secrets(self) -> dict[str, str]:
        lines = self.file.with_name(f"{self.file.name}.env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def end(self, number: int = signal.SIGINT) -> tuple[int, float, str]:
        """Exit code, seconds it took, what stood on stderr."""
        began = time.monotonic()
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=20)
        return self.process.returncode, time.monotonic() - began, errors
