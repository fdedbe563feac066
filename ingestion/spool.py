"""Where a response's objects wait for their turn: one file of JSON lines per table, read in chunks."""

from collections.abc import Iterator, Mapping
from math import ceil
from pathlib import Path
from typing import IO

import numpy as np
import orjson
import pyarrow as pa

CHUNK_BYTES = 24_000_000
BUFFER_BYTES = 1 << 20
TYPENAME = b'{"__typename":"'
NEWLINE = 10


class UnknownType(LookupError):  # noqa: N818 the landing names it in its own words
    """No table takes objects of this type."""


class Spool:
    """``takes``: a value of ``__typename`` -> the table its objects go to; '' takes any object."""

    def __init__(self, folder: Path, takes: Mapping[str, str]) -> None:
        self.folder, self.takes = folder, takes
        self._files: dict[str, IO[bytes]] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def __bool__(self) -> bool:
        return bool(self._files)

    def add(self, line: bytes) -> None:
        table = self.takes.get("") or self._table_of(line)
        file = self._files.get(table)
        if file is None:
            file = self._files[table] = self._path(table).open("wb", buffering=BUFFER_BYTES)
        file.write(line if line.endswith(b"\n") else line + b"\n")

    def close(self) -> None:
        for file in self._files.values():
            file.close()

    def mark(self) -> Mapping[str, int]:
        """How far each file has come."""
        return {table: file.tell() for table, file in self._files.items()}

    def rewind(self, mark: Mapping[str, int]) -> None:
        """Forget what was added after ``mark``."""
        for table, file in self._files.items():
            file.seek(mark.get(table, 0))
            file.truncate()

    def chunks(self, table: str) -> Iterator[pa.Table]:
        """Whole lines, a chunk at a time, as Arrow text over the bytes read; the file goes at the end.

        Chunks of one table are of one size, so that those who land them end together.
        """
        if table not in self._files:
            return
        whole = self._path(table).stat().st_size
        size = ceil(whole / max(1, ceil(whole / CHUNK_BYTES)))
        with self._path(table).open("rb") as file:
            while data := file.read(size):
                data += file.readline()
                ends = np.flatnonzero(np.frombuffer(data, np.uint8) == NEWLINE) + 1
                offsets = np.concatenate([[0], ends]).astype(np.int32)
                lines = pa.StringArray.from_buffers(
                    len(ends), pa.py_buffer(offsets), pa.py_buffer(data)
                )
                yield pa.table({"json": lines})
        self._path(table).unlink()

    def _path(self, table: str) -> Path:
        return self.folder / f"{table}.jsonl"

    def _table_of(self, line: bytes) -> str:
        # Our documents ask for __typename first, so it stands first; only where not, parse the line.
        end = line.find(b'"', len(TYPENAME))
        if line.startswith(TYPENAME) and end > 0:
            name = line[len(TYPENAME) : end].decode()
        else:
            name = orjson.loads(line).get("__typename", "")
        table = self.takes.get(name)
        if table is None:
            raise UnknownType(name)
        return table
