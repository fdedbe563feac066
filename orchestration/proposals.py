"""Proposals: customers that might be one are scored once a run, and pairs that a rule refused with them.

Reads contacts and `raw_identity.refused_pairs`, appends to `raw_identity.proposals`.

A proposal changes nothing by itself: what a steward decides goes into the seed `identity_decisions`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from orchestration import environment, raw
from orchestration.writer import RETRIES, WRITER, only_transient_faults_are_retried

CONTACTS = dg.AssetKey(["marts_pii", "customer_contacts"])
RUN_CONTEXT = dg.AssetKey(["raw_group", "run_context"])
SCHEMA, TABLE = "raw_identity", "proposals"
REFUSED = dg.AssetKey([SCHEMA, "refused_pairs"])
OWNER = "data-steward"


def assets(described: Mapping[tuple[str, str], str]) -> dg.AssetsDefinition:
    from analysis.proposals import PROPOSALS

    @dg.multi_asset(
        name=TABLE,
        specs=[
            raw.spec(
                SCHEMA,
                TABLE,
                described=described,
                columns={column.name: str(column.type) for column in PROPOSALS},
                owners=[OWNER],
                kinds={"python", "duckdb"},
                deps=[CONTACTS, REFUSED, RUN_CONTEXT],
            )
        ],
        pool=WRITER,
        retry_policy=RETRIES,
    )
    def propose() -> Iterator[dg.MaterializeResult]:
        with only_transient_faults_are_retried():
            appended, scored = append(environment.warehouse_path())
        yield from raw.materialized(SCHEMA, {TABLE: appended}, {"pairs_scored": scored})

    return propose


def after(manifest: Mapping[str, Any]) -> set[dg.AssetKey]:
    """The models that show what was proposed: they can't be built before."""
    return raw.models_after(manifest, SCHEMA, (TABLE,))


def append(warehouse: Path) -> tuple[int, int]:
    """Append what changed to the log; rows appended, and pairs proposed now."""
    from analysis import proposals, refused_pairs

    log = f"{SCHEMA}.{TABLE}"
    with duckdb.connect(str(warehouse)) as con:
        con.execute(f"create schema if not exists {SCHEMA}")
        con.register("template", proposals.PROPOSALS.empty_table())
        con.execute(f"create table if not exists {log} as select * from template")
        contacts = con.sql(f"select * from {'.'.join(CONTACTS.path)}").to_arrow_table()
        refused = con.sql(f"select * from {'.'.join(REFUSED.path)}").to_arrow_table()
        scored = proposals.score(contacts, refused_pairs.still_refused(refused))
        rows = proposals.changes(
            scored,
            con.sql(f"select * from {log}").to_arrow_table(),
            con.execute(f"select as_of from {'.'.join(RUN_CONTEXT.path)}").fetchall()[0][0],
        )
        con.register("appended", rows)
        con.execute(f"insert into {log} by name select * from appended")
    return rows.num_rows, scored.num_rows
