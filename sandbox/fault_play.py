"""ASGI middleware that plays a due fault: by itself what happens on the wire, else by telling the app.

``Faulty`` stands inside the request log, so the log knows; ``Entrance`` stands outside it, because only
when the log has its line may the connection be cut: who sees the cut finds the request in the log.
"""

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from sandbox.faults import ACCESS_KINDS, PAGE_KINDS, Fault, Faults, Vendor

RESET = struct.pack("ii", 1, 0)  # linger for no time: closing sends RST instead of FIN


class Connection(AutoHTTPProtocol):
    """uvicorn's protocol, its transport within reach of the application: ASGI itself can't hang up."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self.app_state = {**self.app_state, "connection": transport}


def reset(connection: asyncio.Transport) -> None:
    connection.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    connection.abort()


def end(connection: asyncio.Transport) -> None:
    connection.close()


class Entrance:
    """Outermost: lets the request see one world from start to end, and hangs up when told to."""

    def __init__(self, app: ASGIApp, shown: Callable[[], object]) -> None:
        self._app = app
        self._shown = shown

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = scope.setdefault("state", {})
        state["shown"] = self._shown()
        await self._app(scope, receive, send)
        hang_up = state.get("hang_up")
        if hang_up:
            hang_up(state["connection"])
            while (await receive())["type"] != "http.disconnect":
                pass


class Faulty:
    """Plays the faults due on one account's requests."""

    def __init__(
        self, app: ASGIApp, faults: Faults, vendor: Vendor, system: str, account: str
    ) -> None:
        self._app = app
        self._faults = faults
        self._vendor = vendor
        self._system = system
        self._account = account

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._faults.concerns(self._system, self._account):
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        query = scope["query_string"].decode("latin-1")
        endpoint = self._vendor.endpoint_of(scope["method"], scope["path"], query, body)
        fault = self._faults.due(self._system, self._account, endpoint)
        again = _replay(body, receive)
        if fault is None:
            await self._app(scope, again, send)
            return
        state = scope["state"]
        state["fault_played"] = fault.kind
        state["operation"] = endpoint
        if fault.kind in PAGE_KINDS or fault.kind in ACCESS_KINDS:
            state["fault"] = fault.kind
            await self._app(scope, again, send)
        elif fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            await self._app(scope, again, send)
        elif fault.kind == "reset":
            state["hang_up"] = reset
        elif fault.kind == "truncated":
            await self._app(scope, again, _half(send))
            state["hang_up"] = end
        else:
            await self._refuse(fault, send)

    async def _refuse(self, fault: Fault, send: Send) -> None:
        status = int(fault.kind)
        body = self._vendor.error_body(status)
        headers = [
            (b"content-type", getattr(self._vendor, "ERROR_TYPE", "application/json").encode()),
            (b"content-length", str(len(body)).encode()),
        ]
        if status == 429:
            headers.append((b"retry-after", f"{fault.retry_after:g}".encode()))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def _read(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """The body that was read, once more; then whatever comes, which is the client's leaving."""
    is_read = False

    async def again() -> Message:
        nonlocal is_read
        if is_read:
            return await receive()
        is_read = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _half(send: Send) -> Send:
    """Headers as they are, and the first half of what they promise; the end is never said."""
    left = 0

    async def cut(message: Message) -> None:
        nonlocal left
        if message["type"] == "http.response.start":
            headers: dict[bytes, Any] = dict(message.get("headers", []))
            left = int(headers.get(b"content-length", 2)) // 2
            await send(message)
            return
        part = message.get("body", b"")[:left]
        left -= len(part)
        await send({"type": "http.response.body", "body": part, "more_body": True})

    return cut
