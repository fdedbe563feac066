"""Writes the JSONL of a bulk operation: from columns where they suffice, else by the executor."""

import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import orjson

from sandbox.shopify.ask import Ask
from sandbox.shopify.bulk_document import BulkDocument, Connection
from sandbox.shopify.bulk_walk import walk
from sandbox.shopify.projection import NotProjectableError, Projection
from sandbox.shopify.schema import TABLES

# JSON escapes control characters, so a line never holds this one and is written as it stands.
AS_TEXT = "(format csv, header false, quote '', escape '', delimiter e'\\x1f')"


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
    roots: int = field(default=0)

    def interrupt(self) -> None:
        self.ask.store.con.interrupt()

    def write(self, *, grouped: bool) -> None:
        try:
            self._project(grouped=grouped)
        except (NotProjectableError, duckdb.BinderException):
            self._walk()

    def _project(self, *, grouped: bool) -> None:
        projection = Projection(self.document, self.ask.store.account)
        # Compile all before writing any: a half-written file is no file.
        statements = [
            (
                root,
                [projection.sorted_lines(root)]
                if grouped
                else [projection.lines(c) for c in root.walk()],
            )
            for root in self.document.roots
        ]
        con = self.ask.store.con
        for root, queries in statements:
            self._choose_roots(root)
            for query in queries:
                con.execute(f"explain {query}")
        self.objects = self.roots = 0
        for root, queries in statements:
            chosen = self._choose_roots(root)
            for number, query in enumerate(queries):
                part = self.file.with_suffix(".part")
                copied = con.execute(f"copy ({query}) to '{part}' {AS_TEXT}").fetchall()[0][0]
                self._append(part)
                self.objects += copied
                self.roots += chosen if number == 0 else 0

    def _choose_roots(self, root: Connection) -> int:
        store = self.ask.store
        search = self.ask.search(TABLES[root.kind.name], root.arguments.get("query"))
        store.con.execute(
            f"""create or replace temp table bulk_roots as
            select "id" as id from shopify."{TABLES[root.kind.name]}"
            where "_shop" = ? and {store.condition(TABLES[root.kind.name])} and {search.sql}""",
            [store.account, *search.values],
        )
        return store.con.execute("select count(*) from bulk_roots").fetchall()[0][0]

    def _append(self, part: Path) -> None:
        if self.canceled.is_set():
            raise CanceledError
        if not self.file.exists():
            part.rename(self.file)
            return
        with part.open("rb") as source, self.file.open("ab") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        part.unlink()

    def _walk(self) -> None:
        self.objects = self.roots = 0
        with self.file.open("wb") as target:
            for depth, line in walk(self.document, self.ask):
                if self.canceled.is_set():
                    raise CanceledError
                target.write(orjson.dumps(line) + b"\n")
                self.objects += 1
                self.roots += depth == 0
