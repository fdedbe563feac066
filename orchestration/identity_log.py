"""A step of transform that isn't SQL and appends to one log of `raw_identity`: its asset, and the log it opens."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
import duckdb

from orchestration import environment, raw
from orchestration.writer import RETRIES, WRITER, only_transient_faults_are_retried

if TYPE_CHECKING:
    import pyarrow as pa

SCHEMA = "raw_identity"
RUN_CONTEXT = dg.AssetKey(["raw_group", "run_context"])
Append = Callable[[Path], tuple[int, Mapping[str, Any]]]
"""Given the warehouse, appends what changed: the rows it appended, and what else the run should say."""


def asset(
    table: str,
    columns: "pa.Schema",
    append: Append,
    *,
    owner: str,
    deps: Sequence[dg.AssetKey],
    described: Mapping[tuple[str, str], str],
) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=table,
        specs=[
            raw.spec(
                SCHEMA,
                table,
                described=described,
                columns={column.name: str(column.type) for column in columns},
                owners=[owner],
                kinds={"python", "duckdb"},
                deps=[*deps, RUN_CONTEXT],
            )
        ],
        pool=WRITER,
        retry_policy=RETRIES,
    )
    def step() -> Iterator[dg.MaterializeResult]:
        with only_transient_faults_are_retried():
            appended, said = append(environment.warehouse_path())
        yield from raw.materialized(SCHEMA, {table: appended}, said)

    return step


@dataclass(frozen=True)
class Log:
    con: duckdb.DuckDBPyConnection
    name: str

    def read(self, relation: dg.AssetKey, columns: str = "*") -> "pa.Table":
        return self.con.sql(f"select {columns} from {'.'.join(relation.path)}").to_arrow_table()

    def known(self) -> "pa.Table":
        return self.con.sql(f"select * from {self.name}").to_arrow_table()

    def as_of(self) -> datetime:
        return self.con.execute(f"select as_of from {'.'.join(RUN_CONTEXT.path)}").fetchall()[0][0]

    def add(self, rows: "pa.Table") -> None:
        self.con.register("appended", rows)
        self.con.execute(f"insert into {self.name} by name select * from appended")


@contextmanager
def opened(warehouse: Path, table: str, columns: "pa.Schema") -> Iterator[Log]:
    """The log, made if there is none; the warehouse is closed again before anybody else writes."""
    with duckdb.connect(str(warehouse)) as con:
        con.execute(f"create schema if not exists {SCHEMA}")
        con.register("template", columns.empty_table())
        con.execute(f"create table if not exists {SCHEMA}.{table} as select * from template")
        yield Log(con, f"{SCHEMA}.{table}")
