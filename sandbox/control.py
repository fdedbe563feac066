"""How a running group is told to do something: the server it listens on beside its accounts' servers.

``FILE.control.json`` beside the group file says where it answers and with which key, for its owner only;
``sandbox.control_client`` asks by it.
"""

import asyncio
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.clock import Clock
from sandbox.control_client import HEADER, beside
from sandbox.faults import Fault
from sandbox.group_secrets import write_private
from sandbox.serve import Group
from sandbox.webhooks.sending import How

ASKED_OF_A_FAULT = {one.name for one in fields(Fault)} - {"seen", "fired"}


@contextmanager
def controlled(group: Group, clock: Clock, group_file: Path) -> Iterator[None]:
    """Listen until the block ends; the file that says where is gone with it."""
    key = secrets.token_hex(16)
    base_url = group.servers.listen(application(group, clock, key))
    group.servers.wait()
    file = beside(group_file)
    write_private(file, json.dumps({"base_url": base_url, "key": key}) + "\n")
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def application(group: Group, clock: Clock, key: str) -> Starlette:
    async def advance(request: Request) -> Any:
        days = int((await request.json())["days"])
        return await _in_thread(lambda: clock.advance(days))

    async def reset(_: Request) -> Any:
        return await _in_thread(clock.reset)

    async def webhooks(request: Request) -> Any:
        asked = await request.json()
        days = float(asked.pop("days"))
        how = How(**asked)
        return await _in_thread(lambda: clock.vendors.send_latest(days, how))

    async def arm(request: Request) -> Any:
        asked = await request.json()
        group.faults.arm(Fault(**{name: asked[name] for name in ASKED_OF_A_FAULT & set(asked)}))
        return group.faults.listed()

    async def listed(_: Request) -> Any:
        return group.faults.listed()

    async def clear(_: Request) -> Any:
        return {"cleared": group.faults.clear()}

    def keyed(answer: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def checked(request: Request) -> Response:
            if not secrets.compare_digest(request.headers.get(HEADER, ""), key):
                return Response(status_code=404)
            try:
                return JSONResponse(await answer(request))
            except (ValueError, TypeError, KeyError) as error:
                return JSONResponse({"refused": str(error)}, 422)
            except asyncio.CancelledError:  # the group ends, and its loop with it
                return Response(status_code=503)

        return checked

    return Starlette(
        routes=[
            Route("/advance", keyed(advance), methods=["POST"]),
            Route("/reset", keyed(reset), methods=["POST"]),
            Route("/webhooks", keyed(webhooks), methods=["POST"]),
            Route("/fault", keyed(arm), methods=["POST"]),
            Route("/fault", keyed(listed), methods=["GET"]),
            Route("/fault", keyed(clear), methods=["DELETE"]),
        ]
    )


async def _in_thread(work: Callable[[], Any]) -> Any:
    """Building a world takes seconds to minutes. A daemon thread: nobody who ends the group waits for it."""
    loop = asyncio.get_running_loop()
    done = loop.create_future()

    def run() -> None:
        try:
            found, failed = work(), None
        except Exception as error:  # noqa: BLE001  raised again where it was asked for
            found, failed = None, error
        with suppress(RuntimeError):  # the group ended meanwhile, and its loop with it
            if failed is None:
                loop.call_soon_threadsafe(done.set_result, found)
            else:
                loop.call_soon_threadsafe(done.set_exception, failed)

    threading.Thread(target=run, daemon=True).start()
    return await done
