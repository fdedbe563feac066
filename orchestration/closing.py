"""The log of closed months as a step of the line: it is there before anything reads it; only `concord close` writes it."""

from collections.abc import Iterator, Mapping

import dagster as dg
import duckdb

from orchestration import environment, raw
from orchestration.writer import RETRIES, WRITER, only_transient_faults_are_retried

OWNER = "finance-analytics"
# The group's moment waits for it and dbt for that: beside it, dbt would be split once more.
KEY = dg.AssetKey(["raw_closing", "closes"])
SAID = {
    "action": "close, or reopen of the version.",
    "legal_entity": "Whose month.",
    "period": "First day of the month.",
    "version": "Counts the closes of that month.",
    "decided_by": "Who closed or reopened it.",
    "reason": "What was said of it.",
    "decided_at": "When, UTC.",
    "as_of": "The moment its figures speak for, UTC.",
    "run_id": "The published run that was frozen.",
    "rows_count": "Rows frozen.",
    "rows_checksum": "Of those rows, whatever their order.",
    "values_count": "Metric values frozen.",
    "values_checksum": "Of those values.",
    "account": "The account of the group; part of every key.",
    "row_id": "The ledger's id, or that of the order's placement.",
    "order_id": "The order, text.",
    "kind": "As in revenue_ledger, or order_placed.",
    "event_date": "The account's local day.",
    "currency": "Of the amounts or of the value, ISO 4217.",
    "amount": "In shop currency.",
    "amount_group": "In the group's currency, as converted then.",
    "rate_id": "The rate that converted it.",
    "rate": "What that rate was.",
    "metric": "The metric.",
    "metric_version": "The definition's version then.",
    "fingerprint": "The definition's fingerprint then.",
    "dimension": "legal_entity or account.",
    "dimension_value": "Which one.",
    "value": "As reported.",
    "coverage": "Share of its rows that could be converted.",
    "audit_status": "What the audits of that run said.",
}


def assets(described: Mapping[tuple[str, str], str]) -> dg.AssetsDefinition:
    from analysis import closing

    @dg.multi_asset(
        name="closing_log",
        specs=[
            raw.spec(
                closing.SCHEMA,
                table,
                described=described,
                columns={column.name: str(column.type) for column in schema},
                owners=[OWNER],
                kinds={"python", "duckdb"},
                said=SAID,
            )
            for table, schema in closing.LOGS.items()
        ],
        pool=WRITER,
        retry_policy=RETRIES,
    )
    def closing_log() -> Iterator[dg.MaterializeResult]:
        warehouse = environment.warehouse_path()
        warehouse.parent.mkdir(parents=True, exist_ok=True)  # it is the first step of a first run
        with only_transient_faults_are_retried(), duckdb.connect(str(warehouse)) as con:
            closing.create(con)
        yield from raw.materialized(closing.SCHEMA, dict.fromkeys(closing.LOGS, 0), {})

    return closing_log
