"""Consent: addresses get their keyed hash in Python, never in SQL. Reads statements, appends to `raw_identity`."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import dagster as dg
import duckdb

from orchestration import environment, raw
from orchestration.writer import RETRIES, WRITER, only_transient_faults_are_retried

STATEMENTS = dg.AssetKey(["intermediate", "int_consent_statements__unioned"])
RUN_CONTEXT = dg.AssetKey(["raw_group", "run_context"])
SCHEMA, TABLE = "raw_identity", "address_hashes"
OWNER = "privacy-office"


def assets(described: Mapping[tuple[str, str], str]) -> dg.AssetsDefinition:
    from analysis.address_hashes import ADDRESS_HASHES

    @dg.multi_asset(
        name=TABLE,
        specs=[
            raw.spec(
                SCHEMA,
                TABLE,
                described=described,
                columns={column.name: str(column.type) for column in ADDRESS_HASHES},
                owners=[OWNER],
                kinds={"python", "duckdb"},
                deps=[STATEMENTS, RUN_CONTEXT],
            )
        ],
        pool=WRITER,
        retry_policy=RETRIES,
    )
    def hash_addresses() -> Iterator[dg.MaterializeResult]:
        with only_transient_faults_are_retried():
            appended = append(environment.warehouse_path())
        yield from raw.materialized(SCHEMA, {TABLE: appended}, {})

    return hash_addresses


def append(warehouse: Path) -> int:
    """Append the hashes of addresses that have none yet; how many there were."""
    from analysis.address_hashes import ADDRESS_HASHES, new_hashes

    log = f"{SCHEMA}.{TABLE}"
    with duckdb.connect(str(warehouse)) as con:
        con.execute(f"create schema if not exists {SCHEMA}")
        con.register("template", ADDRESS_HASHES.empty_table())
        con.execute(f"create table if not exists {log} as select * from template")
        statements, context = ".".join(STATEMENTS.path), ".".join(RUN_CONTEXT.path)
        rows = new_hashes(
            con.sql(f"select distinct channel, address from {statements}").to_arrow_table(),
            con.sql(f"select * from {log}").to_arrow_table(),
            as_of=con.execute(f"select as_of from {context}").fetchall()[0][0],
            hash_key=os.environ.get("CONCORD_HASH_KEY", ""),
        )
        con.register("appended", rows)
        con.execute(f"insert into {log} by name select * from appended")
    return rows.num_rows
