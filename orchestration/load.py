"""Load: one step per system. Its accounts ask their vendor side by side; only then is the warehouse opened.

What a vendor's API looks like is the business of `ingestion/sources/`; here are only assets, turns and time.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from queue import SimpleQueue
from threading import Thread
from typing import Any, cast

import dagster as dg
from pydantic import Field

import ingestion
from ingestion import group as group_file
from ingestion.group import Account, Group
from ingestion.load import GROUP_LOGS, GROUP_TABLES, GROUP_VIEWS
from orchestration import closing, environment, money_totals, raw, webhooks
from orchestration.schedules import refuse_when_closed
from orchestration.writer import (
    PROCESS_TAG,
    RETRIES,
    WRITER,
    is_transient,
    only_transient_faults_are_retried,
)

PLATFORM = "data-platform"
VENDOR_DATES = "vendor_dates"


class Accounts(dg.Config):
    """Which accounts of the system to load; none named means all."""

    accounts: list[str] = Field(default_factory=list)


def system_assets(
    system: str, group: Group, described: Mapping[tuple[str, str], str]
) -> dg.AssetsDefinition:
    """The raw tables of one system, loaded together."""
    schema = f"raw_{system}"
    tables = raw.tables_of(system)
    said = raw.column_descriptions(system)
    owners = [account.owner for account in group.accounts_of(system)] or [PLATFORM]

    @dg.multi_asset(
        name=f"load_{system}",
        specs=[
            raw.spec(
                schema,
                table,
                described=described,
                columns=columns,
                owners=owners,
                kinds={"dlt", "duckdb"},
                said=said.get(table, raw.LANDED),
            )
            for table, columns in tables.items()
        ],
        pool=WRITER,
        retry_policy=RETRIES,
    )
    def load_system(
        context: dg.AssetExecutionContext, config: Accounts
    ) -> Iterator[dg.MaterializeResult]:
        now = group_file.load(environment.group_file())
        context.instance.add_run_tags(context.run_id, {PROCESS_TAG: str(os.getpid())})
        refuse_when_closed(context.run.tags, now.windows)
        with only_transient_faults_are_retried():
            results = load_accounts(_chosen(now, system, config.accounts), now, context)
        yield from raw.materialized(
            schema,
            {table: sum(result.rows.get(table, 0) for result in results) for table in tables},
            {
                "requests": sum(result.requests for result in results),
                "accounts": ", ".join(result.account for result in results),
                "needless_scopes": {
                    result.account: list(result.needless_scopes)
                    for result in results
                    if result.needless_scopes
                },
                VENDOR_DATES: {
                    result.account: result.vendor_date.isoformat()
                    for result in results
                    if result.vendor_date
                },
            },
            money_totals.of_loads(
                environment.warehouse_path(),
                system,
                [load_id for result in results for load_id in result.load_ids],
            ),
        )

    return load_system


def group_assets(described: Mapping[tuple[str, str], str]) -> dg.AssetsDefinition:
    """The group's own tables: its accounts, the moment that the loaded vendors speak for, their logs."""
    schema = "raw_group"
    relations = {**GROUP_TABLES, **GROUP_LOGS, **GROUP_VIEWS}
    loaded = [
        dg.AssetKey([f"raw_{system}", next(iter(raw.tables_of(system)))])
        for system in ingestion.systems()
    ]

    @dg.multi_asset(
        name="load_group",
        specs=[
            raw.spec(
                schema,
                table,
                described=described,
                columns={column: kind.name for column, kind in columns.items()},
                owners=[PLATFORM],
                kinds={"dlt", "duckdb"},
                deps=[*loaded, webhooks.KEY, closing.KEY],
            )
            for table, columns in relations.items()
        ],
        pool=WRITER,
        retry_policy=RETRIES,
    )
    def load_group(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
        from ingestion import load

        now = group_file.load(environment.group_file())
        warehouse = environment.warehouse_path()
        with only_transient_faults_are_retried():
            as_of = load.as_of(_last_loads(context.instance, now, loaded))
            result = load.load_group_context(now, as_of, load.workdir_of(warehouse), warehouse)
        yield from raw.materialized(
            schema, {table: result.rows[table] for table in relations}, {"as_of": str(as_of)}
        )

    return load_group


def _chosen(group: Group, system: str, names: Sequence[str]) -> list[Account]:
    accounts = group.accounts_of(system)
    known = {account.account for account in accounts}
    if unknown := sorted(set(names) - known):
        raise ValueError(
            f"{system}: no account {', '.join(unknown)} in {environment.group_file()};"
            f" it has {', '.join(sorted(known)) or 'none'}"
        )
    return [account for account in accounts if not names or account.account in names]


def load_accounts(
    accounts: Sequence[Account],
    group: Group,
    context: dg.AssetExecutionContext | dg.OpExecutionContext,
    streams: frozenset[str] | None = None,
) -> list[Any]:
    """What each account's load came to; ``streams``: only these. Raises when all that could land has."""
    from ingestion import failures, load

    warehouse = environment.warehouse_path()
    workdir = load.workdir_of(warehouse)
    asked = _side_by_side(
        accounts,
        lambda account: load.extract_account(account, group, workdir, warehouse, streams=streams),
    )
    # An account whose vendor failed does not keep the others' rows from landing; of it the record lands.
    results, faults = [], []
    for account, answer in asked:
        if isinstance(answer, BaseException):
            faults.append((account, answer))
            failures.land(account, workdir, warehouse)
            continue
        context.log.info(
            f"{account.account}: {sum(answer.rows.values())} rows,"
            f" {answer.requests} requests, {answer.seconds:.1f} s"
        )
        results.append(load.load_prepared(answer, warehouse))
    if faults:
        raise _one_of(faults)
    return results


def _side_by_side(
    accounts: Sequence[Account], ask: Callable[[Account], Any]
) -> list[tuple[Account, Any]]:
    """Each account's answer, or what it raised. Daemon threads: Ctrl-C does not wait for a slow vendor."""
    answers: SimpleQueue[tuple[Account, Any]] = SimpleQueue()

    def work(account: Account) -> None:
        try:
            answers.put((account, ask(account)))
        except BaseException as error:  # noqa: BLE001  it is raised again, in the step's own thread
            answers.put((account, error))

    for account in accounts:
        Thread(target=work, args=(account,), name=account.account, daemon=True).start()
    by_account = dict(answers.get() for _ in accounts)
    return [(account, by_account[account]) for account in accounts]


def _one_of(faults: Sequence[tuple[Account, BaseException]]) -> BaseException:
    """All that went wrong in one message; caused by a lasting fault if there is one: then no retry helps."""
    said = [
        str(fault) if account.account in str(fault) else f"{account.account}: {fault}"
        for account, fault in faults
    ]
    error = RuntimeError("; ".join(said))
    causes = [fault for _, fault in faults]
    error.__cause__ = next((fault for fault in causes if not is_transient(fault)), causes[0])
    return error


def _last_loads(
    instance: dg.DagsterInstance, group: Group, loaded: Sequence[dg.AssetKey]
) -> list[Any]:
    """What each vendor's clock said when it was last loaded, as the loads themselves noted it."""
    from ingestion.load import LoadResult

    found = []
    for key in loaded:
        event = instance.get_latest_materialization_event(key)
        if event is None or event.asset_materialization is None:
            continue
        dates = cast("dict[str, str]", event.asset_materialization.metadata[VENDOR_DATES].value)
        system = key.path[0].removeprefix("raw_")
        present = {account.account for account in group.accounts_of(system)}
        found += [
            LoadResult(system, account, (), vendor_date=datetime.fromisoformat(date))
            for account, date in dates.items()
            if account in present
        ]
    return found
