"""Identity: the one step of transform that is not SQL. Reads the records, appends to `raw_identity`.

Companies follow in the same step: whom their buyers are is known then.
"""

import os
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
import duckdb

from orchestration import environment, raw
from orchestration.identity_names import Subject
from orchestration.writer import RETRIES, WRITER, only_transient_faults_are_retried

if TYPE_CHECKING:
    import pyarrow as pa

RECORDS = {
    name: dg.AssetKey(["intermediate", f"int_identity_{name}__unioned"])
    for name in ("nodes", "emails", "phones", "links")
} | {"limits": dg.AssetKey(["intermediate", "identity_limits"])}
DECISIONS = dg.AssetKey(["intermediate", "identity_decisions"])
COMPANIES = {
    name: dg.AssetKey(["intermediate", f"int_company_{name}__unioned"])
    for name in ("nodes", "links", "people")
}
RUN_CONTEXT = dg.AssetKey(["raw_group", "run_context"])
SCHEMA = "raw_identity"
OWNER = "data-platform"


def assets(described: Mapping[tuple[str, str], str]) -> dg.AssetsDefinition:
    from analysis import companies, identity

    @dg.multi_asset(
        name="identity",
        specs=[
            raw.spec(
                SCHEMA,
                table,
                described=described,
                columns={column.name: str(column.type) for column in schema},
                owners=[OWNER],
                kinds={"python", "duckdb"},
                deps=[*RECORDS.values(), *COMPANIES.values(), DECISIONS, RUN_CONTEXT],
            )
            for table, schema in (identity.LOGS | companies.SCHEMAS).items()
        ],
        pool=WRITER,
        retry_policy=RETRIES,
    )
    def resolve_identity(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        with only_transient_faults_are_retried():
            appended, metadata = resolve(environment.warehouse_path())
        for name, rows in metadata.items():
            context.log.info(f"{name}: {rows}")
        yield from raw.materialized(SCHEMA, appended, metadata)

    return resolve_identity


def resolve(warehouse: Path) -> tuple[dict[str, int], dict[str, int]]:
    """Append what is new to the logs, all or nothing; rows appended, and what a steward asks for."""
    from analysis import companies, identity

    with duckdb.connect(str(warehouse)) as con:
        _create(con, identity.LOGS | companies.SCHEMAS)
        as_of = con.execute(f"select as_of from {_table(RUN_CONTEXT)}").fetchall()[0][0]
        con.execute("begin")
        people = identity.resolve(
            identity.Records(
                **{name: _read(con, _table(key)) for name, key in RECORDS.items()},
                decisions=_decided(con, "person"),
            ),
            identity.History(**{log: _read(con, f"{SCHEMA}.{log}") for log in identity.LOGS}),
            as_of=as_of,
            hash_key=_hash_key(),
        )
        appended = {log: _append(con, log, getattr(people, log)) for log in identity.LOGS}
        appended |= _resolve_companies(con, as_of)
        con.execute("commit")
    return appended, people.counts


def _resolve_companies(con: duckdb.DuckDBPyConnection, as_of: datetime) -> dict[str, int]:
    from analysis import companies, identity

    read = {name: _read(con, _table(key)) for name, key in COMPANIES.items()}
    found = identity.resolve(
        companies.records(
            read["nodes"],
            read["links"],
            read["people"],
            _read(con, f"{SCHEMA}.assignments"),
            _decided(con, "company"),
        ),
        companies.history({table: _read(con, f"{SCHEMA}.{table}") for table in companies.SCHEMAS}),
        as_of=as_of,
        hash_key=_hash_key(),
        prefix=companies.PREFIX,
    )
    return {
        table: _append(con, table, companies.appended(log, getattr(found, log)))
        for log, table in companies.TABLES.items()
    }


def _create(con: duckdb.DuckDBPyConnection, schemas: Mapping[str, "pa.Schema"]) -> None:
    con.execute(f"create schema if not exists {SCHEMA}")
    for table, schema in schemas.items():
        con.register("template", schema.empty_table())
        con.execute(f"create table if not exists {SCHEMA}.{table} as select * from template")
        con.unregister("template")


def _read(con: duckdb.DuckDBPyConnection, table: str) -> "pa.Table":
    return con.sql(f"select * from {table}").to_arrow_table()


def _decided(con: duckdb.DuckDBPyConnection, subject: Subject) -> "pa.Table":
    """What stewards decided about persons, or about companies."""
    return _read(con, f"{_table(DECISIONS)} where subject = '{subject}'")


def _append(con: duckdb.DuckDBPyConnection, table: str, rows: "pa.Table") -> int:
    con.register("appended", rows)
    con.execute(f"insert into {SCHEMA}.{table} by name select * from appended")
    con.unregister("appended")
    return rows.num_rows


def _hash_key() -> str:
    return os.environ.get("CONCORD_HASH_KEY", "")


def _table(key: dg.AssetKey) -> str:
    return ".".join(key.path)
