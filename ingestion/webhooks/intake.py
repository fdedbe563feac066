"""The intake: answers vendors' deliveries once they are on disk. It knows the store and no warehouse.

POST /webhooks/<account>: 200 (Adyen: 202 and ``[accepted]``) when every event of the request is durable,
401 when the signature isn't the vendor's, 404 for an account that takes none, 413 for too much, 503 when it
couldn't be kept: then the vendor sends it again. GET /health says what waits.
"""

import asyncio
import logging
import os
import socket
import sqlite3
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from ingestion.errors import MissingSecret
from ingestion.group import Account, Group
from ingestion.request import now
from ingestion.webhooks import deliveries
from ingestion.webhooks.signatures import CHECKS, Unsigned, check
from ingestion.webhooks.store import CONSUMERS, Store

MOST_BYTES = 8 << 20  # Shopify's largest orders are some megabytes
PORT = 8740
STOP_SECONDS = 5

logger = logging.getLogger(__name__)


class TooLarge(ValueError):  # noqa: N818 it names the state, not the raise
    """More bytes than any vendor sends."""


def takers(group: Group) -> dict[str, Account]:
    """The accounts that take events: their vendor signs, and the group names the signing secret."""
    return {
        account.account: account
        for account in group.accounts
        if account.system in CHECKS and account.webhook_secret_env
    }


def secrets_of(account: Account) -> list[str]:
    """The account's signing secrets, read now: several, comma-separated, while one is rotated."""
    given = os.environ.get(account.webhook_secret_env or "", "")
    if secrets := [secret.strip() for secret in given.split(",") if secret.strip()]:
        return secrets
    raise MissingSecret(
        f"{account.webhook_secret_env} isn't set; {account.system} {account.account} signs its webhooks"
        " with it: put it into the environment or the group's .env file"
    )


def application(group: Group, store: Store) -> Starlette:
    accounts = takers(group)

    async def receive(request: Request) -> Response:
        account = accounts.get(request.path_params["account"])
        if account is None:
            return PlainTextResponse("no such account\n", 404)
        try:
            body = await _body(request)
            check(account.system, secrets_of(account), request.headers, body)
        except TooLarge:
            return PlainTextResponse(f"at most {MOST_BYTES} bytes\n", 413)
        except ClientDisconnect:
            return Response(status_code=400)
        except MissingSecret as error:
            logger.error("webhooks: %s", error)  # noqa: TRY400 the message is all there is to say
            return PlainTextResponse("not ready\n", 503)
        except Unsigned as error:
            logger.warning("webhooks: %s %s: %s", account.system, account.account, error)
            return PlainTextResponse(f"{error}\n", 401)
        events = deliveries.read(account.system, account.account, request.headers, body, now())
        try:
            await asyncio.gather(*(asyncio.wrap_future(store.submit(event)) for event in events))
        except sqlite3.Error as error:
            logger.error("webhooks: %s can't be written: %s", store.file, error)  # noqa: TRY400
            return PlainTextResponse("not kept, send it again\n", 503)
        return PlainTextResponse("[accepted]", 202) if account.system == "adyen" else Response(None)

    async def health(_: Request) -> Response:
        waiting = {name: await run_in_threadpool(store.depth, name) for name in CONSUMERS}
        return JSONResponse({"status": "ok", "waiting": waiting})

    return Starlette(
        routes=[
            Route("/webhooks/{account}", receive, methods=["POST"]),
            Route("/health", health),
        ]
    )


async def _body(request: Request) -> bytes:
    """The bytes as they came. What is too large isn't read to its end."""
    if int(request.headers.get("content-length") or 0) > MOST_BYTES:
        raise TooLarge
    parts, size = [], 0
    async for part in request.stream():
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            raise TooLarge
    return b"".join(parts)


class Intake:
    """A served intake: its socket is bound before anyone is told of it."""

    def __init__(self, group: Group, file: Path, host: str, port: int) -> None:
        self.store = Store(file)
        self._bound = socket.socket()
        self._bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._bound.bind((host, port))
        except OSError as error:
            raise OSError(
                f"{host}:{port} is taken ({error.strerror}); name another with --port"
            ) from error
        config = uvicorn.Config(
            application(group, self.store),
            log_level="warning",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        self._server = uvicorn.Server(config)

    @property
    def base_url(self) -> str:
        host, port = self._bound.getsockname()[:2]
        return f"http://{host}:{port}"

    def serve(self) -> None:
        """Answer until interrupted; what was taken in by then is written and answered first."""
        try:
            self._server.run(sockets=[self._bound])
        except KeyboardInterrupt:
            logger.info("webhooks: stopped")
        finally:
            self.store.close()

    def stop(self) -> None:
        self._server.should_exit = True
