"""Identity: the one step of transform that is not SQL. Reads the records, appends to `raw_identity`."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import dagster as dg
import duckdb

from orchestration import environment, raw
from orchestration.writer import RETRIES, WRITER, only_transient_faults_are_retried

RECORDS = {
    name: dg.AssetKey(["intermediate", f"int_identity_{name}__unioned"])
    for name in ("nodes", "emails", "phones", "links")
} | {name: dg.AssetKey(["intermediate", f"identity_{name}"]) for name in ("decisions", "limits")}
RUN_CONTEXT = dg.AssetKey(["raw_group", "run_context"])
SCHEMA = "raw_identity"
OWNER = "data-platform"


def assets(described: Mapping[tuple[str, str], str]) -> dg.AssetsDefinition:
    from analysis import identity

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
                deps=[*RECORDS.values(), RUN_CONTEXT],
            )
            for table, schema in identity.LOGS.items()
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
    from analysis import identity

    with duckdb.connect(str(warehouse)) as con:
        _create_logs(con)
        records = identity.Records(
            **{
                name: con.sql(f"select * from {_table(key)}").to_arrow_table()
                for name, key in RECORDS.items()
            }
        )
        history = identity.History(
            **{
                log: con.sql(f"select * from {SCHEMA}.{log}").to_arrow_table()
                for log in identity.LOGS
            }
        )
        as_of = con.execute(f"select as_of from {_table(RUN_CONTEXT)}").fetchall()
        found = identity.resolve(
            records,
            history,
            as_of=as_of[0][0],
            hash_key=os.environ.get("CONCORD_HASH_KEY", ""),
        )
        con.execute("begin")
        appended = {}
        for log in identity.LOGS:
            rows = getattr(found, log)
            con.register("appended", rows)
            con.execute(f"insert into {SCHEMA}.{log} by name select * from appended")
            con.unregister("appended")
            appended[log] = rows.num_rows
        con.execute("commit")
    return appended, found.counts


def _create_logs(con: duckdb.DuckDBPyConnection) -> None:
    from analysis import identity

    con.execute(f"create schema if not exists {SCHEMA}")
    for log, schema in identity.LOGS.items():
        con.register("template", schema.empty_table())
        con.execute(f"create table if not exists {SCHEMA}.{log} as select * from template")
        con.unregister("template")


def _table(key: dg.AssetKey) -> str:
    return ".".join(key.path)
