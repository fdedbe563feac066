"""Bulk operations: CREATED, RUNNING, then COMPLETED with a JSONL file, as Shopify runs them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from graphql import GraphQLError, get_named_type

from sandbox.shopify import projection
from sandbox.shopify.scopes import missing
from sandbox.shopify.store import Row, Store, connection

MOST_RUNNING = 5


@dataclass
class Operation:
    """One bulk operation and the file it writes."""

    row: Row
    root: projection.Connection
    file: Path
    grouped: bool


class BulkOperations:
    """A shop's bulk operations; they run in threads, at most five at a time."""

    def __init__(self, store: Store, folder: Path, clock: datetime):
        self.store, self.folder, self.clock = store, folder, clock
        self.base_url = ""
        self.operations: dict[str, Operation] = {}
        self.lock = threading.Lock()
        self.pool = ThreadPoolExecutor(max_workers=MOST_RUNNING)

    def run(self, query: str, *, grouped: bool, scopes: frozenset[str]) -> Row:
        from sandbox.shopify.execution import schema

        try:
            root = projection.compile_document(query, schema())
        except GraphQLError as error:
            return _refused(f"Invalid bulk query: {error.message}", "INVALID", ["query"])
        for asked in root.walk():
            named = get_named_type(asked.type_).name
            if needed := missing("", named, asked.name, scopes):
                raise GraphQLError(
                    f"Access denied for {asked.name} field. Required access: `{needed}` access scope.",
                    extensions={"code": "ACCESS_DENIED"},
                )
        with self.lock:
            running = [
                o for o in self.operations.values() if o.row["status"] in {"CREATED", "RUNNING"}
            ]
            if len(running) >= MOST_RUNNING:
                return _refused(
                    f"A bulk query operation for this app and shop is already in progress: {running[0].row['id']}.",
                    "OPERATION_IN_PROGRESS",
                    None,
                )
            number = len(self.operations) + 1
            row = {
                "__typename": "BulkOperation",
                "id": f"gid://shopify/BulkOperation/{4_000_000_000_000 + number}",
                "status": "CREATED",
                "type": "QUERY",
                "query": query,
                "errorCode": None,
                "objectCount": "0",
                "rootObjectCount": "0",
                "fileSize": None,
                "url": None,
                "partialDataUrl": None,
                "createdAt": self.clock.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "completedAt": None,
                "_sort": number,
                "_seq": number,
            }
            file = self.folder / f"{self.store.shop}-{number}.jsonl"
            operation = Operation(row, root, file, grouped)
            self.operations[row["id"]] = operation
        created = dict(row)
        self.pool.submit(self._write, operation)
        return {"bulkOperation": created, "userErrors": []}

    def one(self, gid: str) -> Row | None:
        found = self.operations.get(gid)
        return found.row if found else None

    def page(self, args: Row) -> Row:
        rows = [operation.row for operation in self.operations.values()]
        return connection(
            rows[: args.get("first") or len(rows)], has_next=False, has_previous=False
        )

    def cancel(self, gid: str) -> Row:
        row = self.one(gid)
        if row is None:
            return _refused(f"Bulk operation does not exist: {gid}", "INVALID", ["id"])
        if row["status"] in {"CREATED", "RUNNING"}:
            row["status"] = "CANCELED"
        return {"bulkOperation": row, "userErrors": []}

    def close(self) -> None:
        self.pool.shutdown(wait=False, cancel_futures=True)

    def _write(self, operation: Operation) -> None:
        row = operation.row
        row["status"] = "RUNNING"
        try:
            counts = list(self._copy(operation))
        except Exception as error:
            row.update(
                status="FAILED", errorCode="INTERNAL_SERVER_ERROR", completedAt=row["createdAt"]
            )
            raise RuntimeError(f"{row['id']} of {self.store.shop} failed") from error
        if row["status"] == "CANCELED":
            return
        total = sum(counts)
        row.update(
            objectCount=str(total),
            rootObjectCount=str(counts[0]),
            fileSize=str(operation.file.stat().st_size),
            url=f"{self.base_url}/_bulk/{operation.file.name}" if total else None,
            completedAt=row["createdAt"],
            status="COMPLETED",
        )

    def _copy(self, operation: Operation) -> Any:
        """Each connection's lines appended to the file; yields how many each had, the root's first."""
        parts = []
        for number, asked in enumerate(operation.root.walk()):
            sql, values = projection.lines_sql(asked, self.store)
            part = operation.file.with_suffix(f".{number}")
            cursor = self.store.con.cursor()
            copied = cursor.execute(
                f"copy ({sql}) to '{part}' (format csv, header false, quote '', escape '', delimiter e'\\x1f')",
                values,
            ).fetchone()
            parts.append(part)
            yield int(copied[0]) if copied else 0
        with operation.file.open("wb") as whole:
            for part in parts:
                whole.write(part.read_bytes())
                part.unlink()


def _refused(message: str, code: str, field: list[str] | None) -> Row:
    return {
        "bulkOperation": None,
        "userErrors": [{"field": field, "message": message, "code": code}],
    }
