"""Dagster's event log in SQLite, with one connection per file kept open.

A run stores some two thousand events. Dagster makes an engine, a connection and the statement anew for each, three
times for an asset's, which took a fifth of a run; nothing else differs from its own storage.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool


class KeptSqliteEventLogStorage(SqliteEventLogStorage):
    """Named in `dagster.yaml`; ``base_dir`` is where Dagster's own would keep its files."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        self._tables: set[str] = set()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> Self:
        return cls(config_value["base_dir"], inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:  # one thread at a time, so one connection does
            engine = self._engines.get(shard) or self._engine(shard)
            with engine.begin() as connection:
                yield connection

    def _engine(self, shard: str) -> Engine:
        engine = self._engines[shard] = create_engine(
            self.conn_string_for_shard(shard),
            poolclass=StaticPool,
            connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
        )
        # In WAL mode a crash of the machine may lose the last events, never the file.
        event.listen(
            engine, "connect", lambda opened, _: opened.execute("pragma synchronous = normal")
        )
        self._initdb(engine)
        return engine

    def has_table(self, table_name: str) -> bool:
        """Asked of each check; a table that is there stays."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def dispose(self) -> None:
        for engine in self._engines.values():
            engine.dispose()
        super().dispose()
