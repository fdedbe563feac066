"""`concord status`: what readers see, what the last runs came to, what raw holds. Reads only."""

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import duckdb
from rich.console import Console
from rich.table import Table

from ingestion import group as group_file
from ingestion.standing import standing
from ingestion.usage import standings
from orchestration import environment, lanes, privacy_queue, runs, status
from orchestration.definitions import JOB

LAST_RUNS = 5


def show(console: Console) -> None:
    published, warehouse = environment.published_path(), environment.warehouse_path()
    _publication(console, published)
    if environment.dagster_home().exists():
        _runs(console)
    lanes.show(console, group_file.load(environment.group_file()))
    _accounts(console, warehouse)
    _webhooks(console, warehouse)


def _publication(console: Console, published: Path) -> None:
    now = status.publication_now(published, datetime.now(UTC))
    if now:
        _print(
            console, f"published: {now['path']} ({now['age_hours']} h old, as of {now['as_of']})"
        )
    else:
        _print(console, f"published: nothing at {published} yet")
    said = status.read(published)
    if not said:
        return
    _print(console, f"last attempt: {said['verdict']} at {said['attempted_at']}")
    for audit in said["failed_audits"]:
        _print(
            console,
            f"  {audit['relation']} {audit['audit']}: observed {audit['observed']},"
            f" expected {audit['expected']} (owner: {audit['owner']})",
        )
    if said["verdict"] == "failed":
        _print(console, f"  {said['failed_step']}: {said['message']}")
    if said["verdict"] != "published":
        _print(console, f"  {said['next_step']}")


def _runs(console: Console) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("run", "status", "started", "seconds"):
        table.add_column(column)
    with runs.instance() as storage:
        runs.end_lost_runs(storage)
        for record in storage.get_run_records(dg.RunsFilter(job_name=JOB), limit=LAST_RUNS):
            started, ended = record.start_time, record.end_time
            table.add_row(
                record.dagster_run.run_id[:8],
                record.dagster_run.status.value.lower(),
                f"{datetime.fromtimestamp(started, UTC):%Y-%m-%d %H:%M:%SZ}" if started else "",
                f"{ended - started:.1f}" if started and ended else "",
            )
    console.print(table)


def _accounts(console: Console, warehouse: Path) -> None:
    """Per account and stream: read up to where, rows in raw; and packages that wait for the warehouse."""
    from ingestion.load import workdir_of

    rows = _rows_in_raw(console, warehouse)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("system", "account", "stream", "read up to", "rows in raw", "packages waiting"):
        table.add_column(column, justify="right" if column.endswith(("raw", "waiting")) else "left")
    for account in group_file.load(environment.group_file()).accounts:
        stands = standing(account, workdir_of(warehouse))
        waiting = str(stands.waiting)
        for stream, cursor in (stands.cursors or {"never loaded": ""}).items():
            count = rows.get((f"raw_{account.system}", stream, account.account))
            known = "" if count is None else f"{count:,}"
            table.add_row(account.system, account.account, stream, cursor, known, waiting)
            waiting = ""
    console.print(table)
    _budgets(console, workdir_of(warehouse))


def _budgets(console: Console, workdir: Path) -> None:
    """What each vendor's API has left for an account, where the vendor says so."""
    for account in group_file.load(environment.group_file()).accounts:
        for budget in standings(workdir, account.system, account.account):
            if budget.left is not None:
                _print(
                    console,
                    f"{account.system} {account.account}: {budget.left:,.0f} of {budget.allowed:,.0f}"
                    f" {budget.unit} left ({budget.api}, {budget.period})",
                )


def _webhooks(console: Console, warehouse: Path) -> None:
    """Events that wait for the warehouse, and legal requests that wait for a person."""
    from ingestion.webhooks.store import Store, store_of

    if not store_of(warehouse).exists():
        return
    store = Store(store_of(warehouse))
    waiting, oldest = store.depth("raw"), store.oldest("raw")
    since = f", the oldest since {oldest:%Y-%m-%d %H:%M:%SZ}" if oldest else ""
    _print(console, f"webhooks: {waiting:,} events wait for the next run{since}")
    if requests := privacy_queue.open_requests(store, warehouse):
        due = min(event.received_at for event in requests) + privacy_queue.DUE
        _print(
            console,
            f"{len(requests)} legal requests are open, the first due {due:%Y-%m-%d}:"
            " concord webhooks privacy",
        )


def _rows_in_raw(console: Console, warehouse: Path) -> dict[tuple[str, str, str], int]:
    if not warehouse.exists():
        return {}
    try:
        con = duckdb.connect(str(warehouse), read_only=True)
    except duckdb.IOException:
        _print(console, "a run is writing the warehouse now: no row counts")
        return {}
    with con:
        tables = con.execute(
            "select table_schema, table_name from information_schema.columns"
            " where table_schema like 'raw_%' and column_name = '_version_at'"
        ).fetchall()
        return {
            (schema, name, account): count
            for schema, name in tables
            for account, count in con.execute(
                f'select account, count(*) from {schema}."{name}" group by account'
            ).fetchall()
        }


def _print(console: Console, line: str) -> None:
    console.print(line, soft_wrap=True, highlight=False, markup=False)
