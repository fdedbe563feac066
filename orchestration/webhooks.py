"""Webhooks as a step of the line: what waits is brought into raw before anything is transformed."""

import os
from collections.abc import Iterator, Mapping

import dagster as dg

from ingestion import group as group_file
from ingestion.webhooks.drain import DATASET, TABLES
from orchestration import environment, raw
from orchestration.schedules import refuse_when_closed
from orchestration.writer import (
    PROCESS_TAG,
    RETRIES,
    WRITER,
    only_transient_faults_are_retried,
)

OWNERS = {"events": "data-platform", "_dlt_loads": "data-platform"}
STEWARD = "data-steward"
KEY = dg.AssetKey([DATASET, "events"])
SAID = {
    "system": "The system that sent it.",
    "account": "The account of the group; part of every key.",
    "event_id": "The vendor's id of the event; a repetition has the same.",
    "topic": "What happened, in the vendor's words.",
    "subject": "The vendor's id of the object it is about.",
    "occurred_at": "When it happened, as the vendor says, UTC.",
    "received_at": "When it was taken in, UTC.",
    "body": "What was sent, as text.",
    "request_id": "What people name the request by: from the account and the event's id.",
    "kind": "The topic of the request.",
    "subject_id_hash": "Keyed hash of the customer's id at the shop; of the shop's, if all of it is meant.",
    "email_hash": "Keyed hash of the customer's e-mail address.",
    "phone_hash": "Keyed hash of the customer's phone number.",
    "orders_count": "How many orders it names.",
    "due_at": "Until when it must be dealt with, UTC.",
    "owner": "Who must act.",
    "decision": "done.",
    "decided_by": "Who dealt with it.",
    "why": "What was done.",
    "decided_at": "When that was noted, UTC.",
    "_dlt_load_id": raw.LANDED["_dlt_load_id"],
}


def assets(described: Mapping[tuple[str, str], str]) -> dg.AssetsDefinition:
    """`raw_webhooks`, and what its events lead to in the systems' own raw tables."""
    relations = {
        table: {column: kind.name for column, kind in columns.items()}
        for table, columns in TABLES.items()
    } | {"_dlt_loads": {"load_id": "text", "status": "bigint"}}

    @dg.multi_asset(
        name="load_webhooks",
        specs=[
            raw.spec(
                DATASET,
                table,
                described=described,
                columns=columns,
                owners=[OWNERS.get(table, STEWARD)],
                kinds={"dlt", "duckdb"},
                said=SAID,
            )
            for table, columns in relations.items()
        ],
        pool=WRITER,
        retry_policy=RETRIES,
    )
    def load_webhooks(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        from ingestion.load import workdir_of
        from ingestion.webhooks.drain import drain

        now, warehouse = group_file.load(environment.group_file()), environment.warehouse_path()
        context.instance.add_run_tags(context.run_id, {PROCESS_TAG: str(os.getpid())})
        refuse_when_closed(context.run.tags, now.windows)
        with only_transient_faults_are_retried():
            drained = drain(now, workdir_of(warehouse), warehouse)
            drained.raise_faults()
        yield from raw.materialized(
            DATASET,
            {table: drained.rows.get(table, 0) for table in relations},
            {"requests": drained.requests, "landed": dg.MetadataValue.json(drained.landed)},
        )

    return load_webhooks
