"""The one landing routine: a response's objects as JSON lines -> typed Arrow, table by table.

Lines wait in one file per table and are read in chunks, parents before children, so memory follows
the chunk and not the response. DuckDB works in memory; the warehouse is never opened here.
"""

import hmac
import logging
import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import IO

import duckdb
import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from ingestion import landing_sql as sql
from ingestion.dead_letters import letters
from ingestion.errors import IncompleteLoad, MissingSecret
from ingestion.group import Account
from ingestion.tables import Table, column_name

CHUNK_BYTES = 24_000_000
MEMORY_LIMIT = "500MB"
WORKERS = 2  # DuckDB runs a chunk on one thread: its rows are fewer than one of its row groups
NEWLINE = 10
HASH_KEY = "CONCORD_HASH_KEY"
TYPENAME = b'{"__typename":"'
KNOWN_ANYWHERE = {"__typename", "__parentId"}

logger = logging.getLogger(__name__)


class Landing:
    """One request's answer on its way to Arrow: ``add`` its objects in any order, then ``tables``.

    ``received_at`` is the request's start. After ``tables``: ``landed`` roots and the ``cursor``
    reached, the greatest updated time among them.
    """

    def __init__(
        self,
        account: Account,
        stream: str,
        tables: Sequence[Table],
        received_at: datetime,
        folder: Path,
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
        self._takes = {node: t.name for t in self.declared for node in t.nodes or ("",)}
        self._spools: dict[str, IO[bytes]] = {}
        self._announced: set[str] = set()
        self._received = f"timestamp '{received_at.isoformat(sep=' ')}'"
        self._constants = (
            f"{sql.quoted(account.account)} as account, {self._received} as _received_at"
        )
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, line: bytes) -> None:
        """Keep one object, a line of JSON, for the table its ``__typename`` names."""
        name = ""
        if "" not in self._takes:
            if line.startswith(TYPENAME):
                name = line[len(TYPENAME) : line.index(b'"', len(TYPENAME))].decode()
            else:
                name = orjson.loads(line).get("__typename", "")
        table = self._takes.get(name)
        if table is None:
            raise IncompleteLoad(
                f"{self._where}: an object of type '{name}', which no table takes; add it to the"
                f" nodes of a table in ingestion/sources/{self.account.system}.py"
            )
        spool = self._spools.get(table)
        if spool is None:
            spool = self._spools[table] = (self.folder / f"{table}.jsonl").open(
                "wb", buffering=1 << 20
            )
        spool.write(line if line.endswith(b"\n") else line + b"\n")

    def add_file(self, lines: Iterable[bytes]) -> int:
        """Keep every line of an open file; gives back how many there were."""
        seen = 0
        for line in lines:
            self.add(line)
            seen += 1
        return seen

    def tables(self) -> Iterator[tuple[str, pa.Table]]:
        """Arrow tables as they become ready, several per table, dead letters among them."""
        if not self._spools:
            return
        for spool in self._spools.values():
            spool.close()
        config = {"memory_limit": MEMORY_LIMIT, "threads": 1}
        with duckdb.connect(config=config) as con, ThreadPoolExecutor(WORKERS) as workers:
            con.execute(f"set temp_directory = {sql.quoted(str(self.folder / 'spill'))}")
            con.execute("create table roots (id varchar, reached timestamp)")
            for table in self.declared:
                if table.name in self._parents:
                    ids = "".join(f"{name} varchar, " for name in ("id", *table.inherited))
                    con.execute(f"create table {sql.index(table)} ({ids}version_at timestamp)")
                # One chunk ahead of the reader and no more: memory holds a few chunks.
                waiting: deque[Future] = deque()
                for lines in self._chunks(table):
                    waiting.append(workers.submit(self._land_chunk, con.cursor(), table, lines))
                    if len(waiting) > WORKERS:
                        yield from waiting.popleft().result()
                while waiting:
                    yield from waiting.popleft().result()
                (self.folder / f"{table.name}.jsonl").unlink(missing_ok=True)
            counted = con.execute("select count(distinct id), max(reached) from roots").fetchall()
            self.landed, self.cursor = counted[0]

    @property
    def _where(self) -> str:
        return f"{self.account.system} {self.account.account}, {self.stream}"

    def _chunks(self, table: Table) -> Iterator[pa.Table]:
        """Whole lines of a spool, a chunk at a time, as Arrow text over the bytes read."""
        path = self.folder / f"{table.name}.jsonl"
        if not path.exists():
            return
        with path.open("rb") as spool:
            while data := spool.read(CHUNK_BYTES):
                data += spool.readline()
                ends = np.flatnonzero(np.frombuffer(data, np.uint8) == NEWLINE) + 1
                offsets = np.concatenate([[0], ends]).astype(np.int32)
                lines = pa.StringArray.from_buffers(
                    len(ends), pa.py_buffer(offsets), pa.py_buffer(data)
                )
                yield pa.table({"json": lines})

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
                # DuckDB's own words would carry the payload.
                raise IncompleteLoad(
                    f"{self._where}: a line of {table.name} is no JSON; it was cut short, load again"
                ) from None

    def _land_lines(
        self, con: duckdb.DuckDBPyConnection, table: Table
    ) -> list[tuple[str, pa.Table]]:
        nodes = sql.objects(table, self._received, self.lists)
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
            bad = found.filter(pc.is_valid(found["_bad"])).to_pylist()
            checks = sql.checks(table, misshapen)
            logger.warning("%s: %d rows of %s are dead letters", self._where, len(bad), table.name)
            yield (
                "dead_letters",
                letters(bad, table, checks, self.account, self.stream, self.received_at),
            )
            found = found.filter(pc.is_null(found["_bad"]))
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
                self._where,
                ", ".join(sorted(news)),
                self.account.system,
            )


def keyed_hashes(values: pa.ChunkedArray) -> pa.Array:
    """HMAC-SHA256 of each value, in hex; the key is read from the environment, now."""
    keyed = hmac.new(hash_key(), digestmod="sha256")

    def hashed(value: str) -> str:
        mac = keyed.copy()  # ten times faster than a fresh one per value
        mac.update(value.encode())
        return mac.hexdigest()

    return pa.array([None if v is None else hashed(v) for v in values.to_pylist()], pa.string())


def hash_key() -> bytes:
    key = os.environ.get(HASH_KEY)
    if not key:
        raise MissingSecret(
            f"{HASH_KEY} isn't set: hashes of direct identifiers are keyed with it. Set it in the"
            " environment or in the group's .env file, and keep it: another key gives other hashes"
        )
    return key.encode()
