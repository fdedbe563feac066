"""The one landing routine: a response's objects as JSON lines -> typed Arrow, table by table.

Lines wait in one file per table and are read in chunks, parents before children, so memory follows
the chunk and not the response. DuckDB works in memory; the warehouse is never opened here.
"""

import logging
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from ingestion import landing_sql as sql
from ingestion.dead_letters import letters, of_object
from ingestion.errors import IncompleteLoad, LoadError
from ingestion.group import Account
from ingestion.hashing import keyed_hashes
from ingestion.spool import Spool, UnknownType
from ingestion.tables import DEAD_LETTERS, Table, arrow_schema, column_name

MEMORY_LIMIT = "500MB"
WORKERS = 2  # DuckDB runs a chunk on one thread: its rows are fewer than one of its row groups
KNOWN_ANYWHERE = {"__typename", "__parentId", sql.VERSION_AT, sql.DELETED}

logger = logging.getLogger(__name__)


class Landing:
    """One request's answer on its way to Arrow: ``add`` its objects in any order, then ``tables``.

    ``received_at`` is the request's start; ``version_at`` versions rows without an updated time: the
    vendor's clock when it was asked, else ours. After ``tables``: ``landed`` roots and the ``cursor``
    reached, the greatest updated time among them.
    """

    def __init__(
        self,
        account: Account,
        stream: str,
        tables: Sequence[Table],
        received_at: datetime,
        folder: Path,
        version_at: datetime | None = None,
    ) -> None:
        self.account, self.stream, self.received_at, self.folder = (
            account,
            stream,
            received_at,
            folder,
        )
        self.landed = 0
        self.cursor: datetime | None = None
        self.declared = [table for table in tables if not table.list_of]
        self.lists: dict[str, list[Table]] = {}
        for table in tables:
            if table.list_of and table.parent:
                self.lists.setdefault(table.parent.name, []).append(table)
        self._parents = {t.parent.name for t in self.declared if t.parent}
        takes = {node: t.name for t in self.declared for node in t.nodes or ("",)}
        self._spool = Spool(folder, takes)
        self._announced: set[str] = set()
        self._buried: list[dict[str, Any]] = []
        self._received = f"timestamp '{received_at.isoformat(sep=' ')}'"
        self._version = f"timestamp '{(version_at or received_at).isoformat(sep=' ')}'"
        self._constants = (
            f"{sql.quoted(account.account)} as account, {self._received} as _received_at"
        )

    def add(self, line: bytes) -> None:
        """Keep one object, a line of JSON, for the table its ``__typename`` names."""
        try:
            self._spool.add(line)
        except UnknownType as unknown:
            raise LoadError(
                f"{self.where}: an object of type '{unknown}', which no table takes; add it to the"
                f" nodes of a table of ingestion/sources/{self.account.system}.py"
            ) from None
        except orjson.JSONDecodeError:
            raise self._cut_short("the answer") from None

    def mark(self) -> Mapping[str, int]:
        """Where this answer stands now, for ``rewind``."""
        return self._spool.mark()

    def rewind(self, mark: Mapping[str, int]) -> None:
        """Forget every object added after ``mark``: they are read again."""
        self._spool.rewind(mark)

    def bury(self, table: Table, source_id: str, reason: str, payload_ref: str) -> None:
        """Give up one object that the vendor will not give whole: a dead letter instead of its rows.

        Whoever buries it has rewound what came of it. It counts among ``landed``, as every dead letter.
        """
        logger.warning("%s: %s is a dead letter: %s", self.where, source_id, reason)
        said = f"{table.name}: {reason}"
        self._buried.append(
            of_object(self.account, self.stream, source_id, said, payload_ref, self.received_at)
        )

    def add_file(self, lines: Iterable[bytes]) -> int:
        """Keep every line of an open file; gives back how many there were."""
        seen = 0
        for line in lines:
            self.add(line)
            seen += 1
        return seen

    def tables(self) -> Iterator[tuple[str, pa.Table]]:
        """Arrow tables as they become ready, several per table, dead letters among them."""
        self.landed = len(self._buried)
        if self._buried:
            schema = arrow_schema(DEAD_LETTERS)
            yield "dead_letters", pa.Table.from_pylist(self._buried, schema=schema)
        if not self._spool:
            return
        self._spool.close()
        config = {"memory_limit": MEMORY_LIMIT, "threads": 1}
        with duckdb.connect(config=config) as con, ThreadPoolExecutor(WORKERS) as workers:
            con.execute(f"set temp_directory = {sql.quoted(str(self.folder / 'spill'))}")
            con.execute("create table roots (id varchar, reached timestamp)")
            for table in self.declared:
                if table.name in self._parents:
                    ids = "".join(f"{name} varchar, " for name in ("id", *table.inherited))
                    con.execute(f"create table {sql.index(table)} ({ids}version_at timestamp)")
            # One chunk ahead of the reader and no more: memory holds a few chunks.
            waiting: deque[tuple[str, Future]] = deque()
            for table in self.declared:
                while table.parent and table.parent.name in [of for of, _ in waiting]:
                    yield from waiting.popleft()[1].result()
                for lines in self._spool.chunks(table.name):
                    landing = workers.submit(self._land_chunk, con.cursor(), table, lines)
                    waiting.append((table.name, landing))
                    if len(waiting) > WORKERS:
                        yield from waiting.popleft()[1].result()
            for _, landing in waiting:
                yield from landing.result()
            counted = con.execute("select count(distinct id), max(reached) from roots").fetchall()
            self.landed += counted[0][0]
            self.cursor = counted[0][1]

    @property
    def where(self) -> str:
        return f"{self.account.system} {self.account.account}, {self.stream}"

    def _cut_short(self, what: str) -> IncompleteLoad:
        return IncompleteLoad(
            f"{self.where}: a line of {what} is no JSON; it was cut short, load again"
        )

    def _land_chunk(
        self, con: duckdb.DuckDBPyConnection, table: Table, lines: pa.Table
    ) -> list[tuple[str, pa.Table]]:
        with con:
            con.execute("set TimeZone = 'UTC'")
            con.register("lines", lines)
            try:
                return self._land_lines(con, table)
            except duckdb.InvalidInputException as error:
                if "Malformed JSON" not in str(error):
                    raise
                raise self._cut_short(table.name) from None  # DuckDB's words would show the payload

    def _land_lines(
        self, con: duckdb.DuckDBPyConnection, table: Table
    ) -> list[tuple[str, pa.Table]]:
        nodes = sql.objects(table, self._version, self.lists)
        if self.lists.get(table.name) or table.parent is None or table.name in self._parents:
            con.execute(f"create temp table nodes_{table.name} as from {nodes}")
            nodes = f"nodes_{table.name}"
        if table.parent is None:
            con.execute(f"insert into roots select coalesce(id, json), reached from {nodes}")
        if table.name in self._parents:
            ids = ", ".join(["id", *table.inherited, "version_at"])
            con.execute(
                f"insert into {sql.index(table)} select distinct {ids} from {nodes}"
                " where id is not null"
            )
        return list(self._land_nodes(con, table, nodes))

    def _land_nodes(
        self, con: duckdb.DuckDBPyConnection, table: Table, nodes: str
    ) -> Iterator[tuple[str, pa.Table]]:
        """Land nodes, then the lists they hold."""
        if table.landed:
            yield from self._typed(con, table, nodes)
        for place, child in enumerate(self.lists.get(table.name, ()), start=1):
            con.execute(
                f"create temp table nodes_{child.name} as from {sql.list_elements(child, place, nodes, self.lists)}"
            )
            yield from self._land_nodes(con, child, f"nodes_{child.name}")

    def _typed(
        self, con: duckdb.DuckDBPyConnection, table: Table, nodes: str
    ) -> Iterator[tuple[str, pa.Table]]:
        unknown, misshapen = self._strangers(con, table, nodes)
        found = con.sql(
            sql.rows(table, self.lists, nodes, unknown, misshapen, self._constants)
        ).to_arrow_table()
        if found["_bad"].null_count < found.num_rows:
            bad = found.filter(pc.field("_bad").is_valid()).to_pylist()
            checks = sql.checks(table, misshapen)
            logger.warning("%s: %d rows of %s are dead letters", self.where, len(bad), table.name)
            yield (
                "dead_letters",
                letters(bad, table, checks, self.account, self.stream, self.received_at),
            )
            found = found.filter(pc.field("_bad").is_null())
        if found.num_rows:
            yield table.name, self._finished(found, table)

    def _finished(self, found: pa.Table, table: Table) -> pa.Table:
        hashed = {
            column: keyed_hashes(found[column_name(path)]) for column, path in table.hashed.items()
        }
        return pa.table(
            [
                hashed[f.name] if f.name in hashed else found[f.name].cast(f.type)
                for f in table.arrow
            ],
            schema=table.arrow,
        )

    def _strangers(
        self, con: duckdb.DuckDBPyConnection, table: Table, nodes: str
    ) -> tuple[set[str], list[tuple[str, str]]]:
        """Fields no one declared, and known objects or lists that are something else."""
        known = table.objects
        lists = {child.list_of or "" for child in self.lists.get(table.name, ())}
        unknown: set[str] = set()
        doubtful = dict.fromkeys(lists, "ARRAY")
        for (shape,) in con.execute(sql.fields(table, nodes)).fetchall():
            for (path, declared), given in zip(known.items(), shape, strict=True):
                strange = set(given or ()) - declared - (set() if path else lists | KNOWN_ANYWHERE)
                if "*" not in declared:
                    unknown |= {f"{path}.{name}" if path else name for name in strange}
                if not given:
                    doubtful[path] = "OBJECT"
        misshapen = set()
        if doubtful:
            for (types,) in con.execute(sql.kinds(list(doubtful), nodes)).fetchall():
                misshapen |= {
                    (path, kind)
                    for (path, kind), given in zip(doubtful.items(), types, strict=True)
                    if given not in (kind, "NULL", None)
                }
        self._announce(table, unknown)
        return unknown, sorted(misshapen)

    def _announce(self, table: Table, unknown: set[str]) -> None:
        news = {f"{table.name}.{path}" for path in unknown} - self._announced
        if news:
            self._announced |= news
            logger.warning(
                "%s: fields no table declares, kept in _extra: %s; declare or ignore them in"
                " ingestion/sources/%s.py",
                self.where,
                ", ".join(sorted(news)),
                self.account.system,
            )
