"""Bulk operations of one shop: CREATED, RUNNING, then COMPLETED, FAILED or CANCELED, and a file.

An operation runs in a thread of its own, over the world in which it was started. Like the vendor's, one
without results has no ``url``.
"""

import hashlib
import hmac
import logging
import secrets
import shutil
import threading
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import duckdb

from sandbox.shopify.ask import Ask
from sandbox.shopify.bulk_document import BulkDocument, InvalidBulkQueryError, read
from sandbox.shopify.bulk_export import CanceledError, Export
from sandbox.shopify.limits import Limits

log = logging.getLogger(__name__)
RUNNING = {"CREATED", "RUNNING", "CANCELING"}


@dataclass
class Operation:
    number: int
    query: str
    created_at: str
    base_url: str
    file: Path
    status: str = "CREATED"
    error_code: str | None = None
    completed_at: str | None = None
    finished: float | None = None  # seconds of the machine's own clock
    export: Export | None = None
    canceled: threading.Event = field(default_factory=threading.Event)

    @property
    def id(self) -> str:
        return f"gid://shopify/BulkOperation/{self.number}"


class BulkOperations:
    """Starts, lists, cancels; keeps the files in ``folder``."""

    def __init__(self, folder: Path, limits: Limits, first_number: int) -> None:
        self._folder = folder
        self._limits = limits
        self._key = secrets.token_bytes(32)
        self._operations: list[Operation] = []
        self._next = first_number
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def run(self, ask: Ask, document: str, *, grouped: bool) -> dict[str, Any]:
        try:
            found = read(document, self._limits)
        except InvalidBulkQueryError as error:
            return _refused(["query"], str(error), "INVALID")
        with self._lock:
            running = sum(o.status in RUNNING for o in self._operations)
            if running >= self._limits.bulk_running:
                message = "Bulk operations limit reached. Please try again later."
                return _refused(None, message, "LIMIT_REACHED")
            operation = Operation(
                number=self._next,
                query=document,
                created_at=_text(ask),
                base_url=ask.base_url,
                file=self._folder / f"{self._next}.jsonl",
            )
            self._next += 1
            self._operations.append(operation)
        started = self._shown(operation)
        own = replace(ask, store=replace(ask.store, con=ask.world.cursor()))
        thread = threading.Thread(
            target=self._run, args=(operation, found, own, grouped), daemon=True
        )
        self._threads.append(thread)
        thread.start()
        return {"bulkOperation": started, "userErrors": []}

    def _run(self, operation: Operation, document: BulkDocument, ask: Ask, grouped: bool) -> None:
        operation.status = "RUNNING"
        began = time.monotonic()
        end = "COMPLETED"
        export = Export(document, ask, operation.file, operation.canceled)
        operation.export = export
        try:
            if document.allowed(ask.scopes):
                export.write(grouped=grouped)
                operation.canceled.wait(self._limits.bulk_seconds - (time.monotonic() - began))
            else:
                end, operation.error_code = "FAILED", "ACCESS_DENIED"
            if operation.canceled.is_set():
                end = "CANCELED"
        except (CanceledError, duckdb.InterruptException):
            end = "CANCELED"
        except Exception:
            log.exception("bulk operation %s failed", operation.id)
            end, operation.error_code = "FAILED", "INTERNAL_SERVER_ERROR"
        finally:
            ask.store.con.close()
        operation.completed_at = _text(ask) if end == "COMPLETED" else None
        operation.finished = time.monotonic()
        operation.status = end

    def cancel(self, operation_id: str) -> dict[str, Any]:
        operation = self._find(operation_id)
        if operation is None:
            error = {"field": ["id"], "message": "Bulk operation does not exist"}
            return {"bulkOperation": None, "userErrors": [error]}
        with self._lock:
            if operation.status not in RUNNING:
                message = (
                    f"A bulk operation cannot be canceled when it is {operation.status.lower()}"
                )
                errors = [{"field": None, "message": message}]
                return {"bulkOperation": self._shown(operation), "userErrors": errors}
            operation.status = "CANCELING"
            operation.canceled.set()
            if operation.export:
                operation.export.interrupt()
        return {"bulkOperation": self._shown(operation), "userErrors": []}

    def get(self, operation_id: str) -> dict[str, Any] | None:
        operation = self._find(operation_id)
        return self._shown(operation) if operation else None

    def all(self) -> list[dict[str, Any]]:
        return [self._shown(operation) for operation in self._operations]

    def file(self, number: int, expires: str, signature: str) -> Path | None:
        """The file behind a signed address, or None when the address isn't one of ours or expired."""
        operation = next((o for o in self._operations if o.number == number), None)
        if operation is None or not hmac.compare_digest(signature, self._sign(number, expires)):
            return None
        return operation.file if time.monotonic() < float(expires) else None

    def stop(self) -> None:
        """Cancel what runs and wait for it: the folder goes next."""
        for operation in self._operations:
            operation.canceled.set()
            if operation.export and operation.status in RUNNING:
                operation.export.interrupt()
        for thread in self._threads:
            thread.join(timeout=1)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _find(self, operation_id: str) -> Operation | None:
        return next((o for o in self._operations if o.id == operation_id), None)

    def _shown(self, operation: Operation) -> dict[str, Any]:
        """The operation as the API tells it."""
        export = operation.export
        status = operation.status
        ended = operation.finished
        if ended is not None and time.monotonic() > ended + self._limits.bulk_url_seconds:
            status = "EXPIRED"
        size = operation.file.stat().st_size if ended is not None and operation.file.exists() else 0
        url = self._url(operation) if size and status != "EXPIRED" else None
        return {
            "__typename": "BulkOperation",
            "id": operation.id,
            "type": "QUERY",
            "query": operation.query,
            "status": status,
            "errorCode": operation.error_code,
            "createdAt": operation.created_at,
            "completedAt": operation.completed_at,
            "objectCount": str(export.objects if export else 0),
            "rootObjectCount": str(export.roots if export else 0),
            "fileSize": str(size) if status == "COMPLETED" and size else None,
            "url": url if status == "COMPLETED" else None,
            "partialDataUrl": url if status == "FAILED" else None,
        }

    def _url(self, operation: Operation) -> str:
        expires = f"{(operation.finished or 0) + self._limits.bulk_url_seconds:.3f}"
        signature = self._sign(operation.number, expires)
        query = urlencode({"expires": expires, "signature": signature})
        return f"{operation.base_url}/bulk/{operation.number}.jsonl?{query}"

    def _sign(self, number: int, expires: str) -> str:
        return hmac.new(self._key, f"{number}:{expires}".encode(), hashlib.sha256).hexdigest()


def _refused(path: list[str] | None, message: str, code: str) -> dict[str, Any]:
    return {
        "bulkOperation": None,
        "userErrors": [{"field": path, "message": message, "code": code}],
    }


def _text(ask: Ask) -> str:
    return ask.now.strftime("%Y-%m-%dT%H:%M:%SZ")
