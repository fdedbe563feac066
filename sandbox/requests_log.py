"""Every request a server answered, as a line of JSON: what was asked and what it cost, never a secret.

Query strings aren't kept: signatures stand there. A line also names the fault that was played on it.
"""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

OWN_PATH = "/_sandbox/requests"


def beside(group_file: Path) -> Path:
    return group_file.with_name(f"{group_file.name}.requests.jsonl")


def http_date(moment: datetime) -> bytes:
    return moment.strftime("%a, %d %b %Y %H:%M:%S GMT").encode()


class RequestLog:
    """Appends to one JSONL file and keeps the lines for ``/_sandbox/requests``."""

    def __init__(self, file: Path) -> None:
        self._lines: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._out = file.open("w", buffering=1, encoding="utf-8")

    def add(self, line: dict[str, Any]) -> None:
        with self._lock:
            self._lines.append(line)
            if not self._out.closed:
                self._out.write(json.dumps(line) + "\n")

    def of(self, account: str) -> list[dict[str, Any]]:
        with self._lock:
            return [line for line in self._lines if line["account"] == account]

    def close(self) -> None:
        with self._lock:
            self._out.close()


class Logged:
    """ASGI middleware: logs each request of an account and states the world's time as ``Date``."""

    def __init__(self, app: ASGIApp, log: RequestLog, system: str, account: str) -> None:
        self._app = app
        self._log = log
        self._system = system
        self._account = account

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = scope["state"]
        date = http_date(told["shown"].clock)
        if scope["path"] == OWN_PATH:
            await self._show(send, date)
            return
        line: dict[str, Any] = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "system": self._system,
            "account": self._account,
            "method": scope["method"],
            "path": scope["path"],
        }
        status, size, is_logged = 0, 0, False

        def note() -> None:
            """Before the last byte goes out: who has the answer finds the request in the log."""
            nonlocal is_logged
            is_logged = True
            said = {"operation": told.get("operation"), "cost": told.get("cost")}
            answered = {"status": status, "bytes": size, "fault": told.get("fault_played")}
            self._log.add({**line, **said, **answered})

        async def count(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", []), (b"date", date)]
                message = {**message, "headers": headers}
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
                if not message.get("more_body"):
                    note()
            await send(message)

        try:
            await self._app(scope, receive, count)
        finally:
            if not is_logged:
                note()

    async def _show(self, send: Send, date: bytes) -> None:
        body = json.dumps(self._log.of(self._account)).encode()
        headers = [(b"content-type", b"application/json"), (b"date", date)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})
