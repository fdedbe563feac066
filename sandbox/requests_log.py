"""Every request a server answered, as a line of JSON: what was asked and what it cost, never a secret."""

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class RequestLog:
    """Appends to one JSONL file and keeps the lines for ``/_sandbox/requests``."""

    def __init__(self, file: Path):
        self.lines: list[dict[str, Any]] = []
        self.lock = threading.Lock()
        self.out = file.open("w", buffering=1)

    def add(self, line: dict[str, Any]) -> None:
        with self.lock:
            self.lines.append(line)
            self.out.write(json.dumps(line) + "\n")

    def close(self) -> None:
        self.out.close()


class Logged:
    """ASGI middleware: logs each request of an account and states the world's time as ``Date``."""

    def __init__(self, app: ASGIApp, log: RequestLog, system: str, account: str, date: str):
        self.app, self.log, self.system, self.account = app, log, system, account
        self.date = date.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["path"] == "/_sandbox/requests":
            await self._own(send)
            return
        state = scope.setdefault("state", {})
        line = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "system": self.system,
            "account": self.account,
            "method": scope["method"],
            "path": scope["path"],
            "status": 0,
            "bytes": 0,
        }

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                line["status"] = message["status"]
                headers = [h for h in message.get("headers", []) if h[0].lower() != b"date"]
                message = {**message, "headers": [*headers, (b"date", self.date)]}
            elif message["type"] == "http.response.body":
                line["bytes"] += len(message.get("body", b""))
            await send(message)

        await self.app(scope, receive, counted)
        self.log.add({**line, "operation": state.get("operation"), "cost": state.get("cost")})

    async def _own(self, send: Send) -> None:
        mine = [line for line in self.log.lines if line["account"] == self.account]
        headers = [(b"content-type", b"application/json"), (b"date", self.date)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(mine).encode()})
