"""Writes the JSONL of a bulk operation: from columns where they suffice, else by the executor."""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import duckdb
import orjson
import pyarrow as pa

from sandbox.shopify.ask import Ask
from sandbox.shopify.bulk_document import BulkDocument, Connection
from sandbox.shopify.bulk_walk import walk
from sandbox.shopify.connections import left_out
from sandbox.shopify.projection import NotProjectableError, Projection
from sandbox.shopify.schema import TABLES

BATCH_ROWS = 20_000


class CanceledError(Exception):
    """The operation was canceled while it wrote."""


@dataclass
class Export:
    """One operation's file; the counts grow while it is written."""

    document: BulkDocument
    ask: Ask
    file: Path
    canceled: threading.Event
    objects: int = 0
    roots: int = 0

    def interrupt(self) -> None:
        self.ask.store.con.interrupt()

    def write(self, *, grouped: bool) -> None:
        try:
            self._project(grouped=grouped)
        except (NotProjectableError, duckdb.BinderException):
            self._walk()

    def _project(self, *, grouped: bool) -> None:
        """Everything is compiled before anything is written: a half-written file is no file."""
        projection = Projection(self.document, self.ask.store.account)
        queries = {
            root: [projection.sorted_lines(root)]
            if grouped
            else [projection.lines(connection) for connection in root.walk()]
            for root in self.document.roots
        }
        for root, statements in queries.items():
            self._choose_roots(root)
            for statement in statements:
                self.ask.store.con.execute(f"explain {statement}")
        with self.file.open("wb") as target:
            for root, statements in queries.items():
                self.roots += self._choose_roots(root)
                for statement in statements:
                    self._copy(statement, target)

    def _copy(self, statement: str, target: BinaryIO) -> None:
        """The lines as DuckDB holds them, without a Python object per line."""
        lines = self.ask.store.con.sql(f"select line || chr(10) as line from ({statement})")
        for batch in lines.to_arrow_reader(BATCH_ROWS):
            if self.canceled.is_set():
                raise CanceledError
            column = batch.column(0)
            _, offsets, text = column.buffers()
            is_large = pa.types.is_large_string(column.type)
            places = memoryview(offsets).cast("q" if is_large else "i")
            first, last = places[column.offset], places[column.offset + len(column)]
            target.write(memoryview(text)[first:last])
            self.objects += len(column)

    def _choose_roots(self, root: Connection) -> int:
        store = self.ask.store
        table = TABLES[root.kind.name]
        search = self.ask.search(table, root.arguments.get("query"))
        store.con.execute(
            f"""create or replace temp table bulk_roots as
            select "id" as id from shopify."{table}"
            where "_shop" = ? and {store.condition(table)} and {left_out(table, root.arguments)}
                and {search.sql}""",
            [store.account, *search.values],
        )
        return store.con.execute("select count(*) from bulk_roots").fetchall()[0][0]

    def _walk(self) -> None:
        with self.file.open("wb") as target:
            for depth, line in walk(self.document, self.ask):
                if self.canceled.is_set():
                    raise CanceledError
                target.write(orjson.dumps(line) + b"\n")
                self.objects += 1
                self.roots += depth == 0
