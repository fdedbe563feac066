"""Closing a legal entity's month, and reopening one: what is appended to `raw_closing`, all or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from analysis import closing
from analysis.closing import ClosingError
from orchestration.close_checks import Month, open_points

ROWS = """
    select $entity as legal_entity, $period as period, $version as version,
        ledger.account, ledger.ledger_id as row_id, ledger.order_id, ledger.kind, ledger.event_date,
        ledger.currency, ledger.amount, ledger.amount_group, ledger.rate_id, rates.rate
    from marts.revenue_ledger as ledger left join marts.fx_rates as rates using (rate_id)
    where ledger.legal_entity = $entity and ledger.event_date between $period and $last
    union all
    select $entity, $period, $version, account, 'order:' || order_id || ':placed', order_id, 'order_placed',
        order_date, currency, 0, 0, null, null
    from marts.orders
    where legal_entity = $entity and not is_test and order_date between $period and $last"""
VALUES = """
    select $entity as legal_entity, $period as period, $version as version, metric,
        found.version as metric_version, definitions.fingerprint, dimension, dimension_value, currency, value,
        coverage, audit_status
    from marts.metric_values as found join marts.metric_definitions as definitions using (metric)
    where found.basis = 'current' and found.grain = 'month' and found.period_start = $period
        and metric in (select unnest($metrics))
        and (dimension = 'legal_entity' and dimension_value = $entity
            or dimension = 'account' and dimension_value in
                (select account from marts.accounts where legal_entity = $entity))"""


@dataclass(frozen=True)
class Closed:
    """What a close froze."""

    version: int
    rows_count: int
    values_count: int
    net_sales: str


def close(
    warehouse: Path,
    month: Month,
    by: str,
    reason: str | None,
    run_id: str,
    metrics: Sequence[str],
) -> Closed:
    """Freeze the month and its values of these metrics, or refuse with every open point."""
    with duckdb.connect(str(warehouse)) as con:
        closing.create(con)
        version = _next_version(con, month)
        if points := open_points(con, month):
            raise ClosingError(f"{month} can't be closed:\n  - " + "\n  - ".join(points))
        asked = {
            "entity": month.legal_entity,
            "period": month.period,
            "version": version,
        }
        con.execute("begin")
        con.execute(
            f"insert into {closing.SCHEMA}.frozen_rows by name {ROWS}",
            asked | {"last": month.last_day},
        )
        con.execute(
            f"insert into {closing.SCHEMA}.frozen_values by name {VALUES}",
            asked | {"metrics": list(metrics)},
        )
        written = [
            _checksum(con, table, month, version) for table in ("frozen_rows", "frozen_values")
        ]
        if not written[0][0]:
            raise ClosingError(f"{month}: nothing to close, the ledger has no row of it")
        _append(con, "close", month, version, by, reason, run_id, *written[0], *written[1])
        con.execute("commit")
        return Closed(version, written[0][0], written[1][0], _net_sales(con, month, version))


def reopen(warehouse: Path, month: Month, by: str, reason: str) -> int:
    """Let the month be closed anew; gives back the version that was reopened."""
    with duckdb.connect(str(warehouse)) as con:
        closing.create(con)
        standing = _standing(con, month.legal_entity)
        if month.period not in standing:
            raise ClosingError(f"{month} isn't closed, so there is nothing to reopen")
        version = standing[month.period]
        _append(con, "reopen", month, version, by, reason, "", None, None, None, None)
        return version


def published_run(status: Mapping[str, object] | None) -> str:
    """The run whose figures stand; a month is closed on published figures or not at all."""
    if status is None:
        raise ClosingError("nothing is published yet; run first: concord run")
    if status["verdict"] != "published":
        raise ClosingError(
            f"the last run was {status['verdict']}, so its figures may not be closed; mend what status.json"
            " names, then run again: concord run"
        )
    return str(status["run_id"])


def _next_version(con: duckdb.DuckDBPyConnection, month: Month) -> int:
    entities = {
        row[0]
        for row in con.execute("select distinct legal_entity from marts.revenue_ledger").fetchall()
    }
    if month.legal_entity not in entities:
        raise ClosingError(
            f"{month.legal_entity}: no legal entity that sells; there are {', '.join(sorted(entities))}"
        )
    closed = _standing(con, month.legal_entity)
    if month.period in closed:
        raise ClosingError(
            f"{month} is closed, version {closed[month.period]}; to close it anew: concord close"
            f" {month.legal_entity} {month.period:%Y-%m} --reopen --reason WHY"
        )
    versions = dict(
        con.execute(
            f"select period, max(version) from {closing.SCHEMA}.closes where legal_entity = ? group by all",
            [month.legal_entity],
        ).fetchall()
    )
    if versions:
        _refuse_out_of_order(month, set(closed), min(versions))
    return versions.get(month.period, 0) + 1


def _refuse_out_of_order(month: Month, closed: set[date], first: date) -> None:
    """Months close one after the other from the first one closed."""
    if month.period < first:
        raise ClosingError(
            f"{month}: the first closed month is {first:%Y-%m}, none before it is closed"
        )
    period = first
    while period < month.period:
        if period not in closed:
            raise ClosingError(
                f"{month}: {period:%Y-%m} is open; months close in order, close that first"
            )
        period = Month(month.legal_entity, period).last_day + timedelta(days=1)


def _standing(con: duckdb.DuckDBPyConnection, entity: str) -> dict[date, int]:
    """Closed month -> its version, of months that nobody reopened since."""
    return dict(
        con.execute(
            f"""select period, max(version) from {closing.SCHEMA}.closes as closes
            where legal_entity = ? and not exists (
                select 1 from {closing.SCHEMA}.closes as reopened
                where reopened.action = 'reopen' and reopened.legal_entity = closes.legal_entity
                    and reopened.period = closes.period and reopened.version = closes.version)
            group by all""",
            [entity],
        ).fetchall()
    )


def _checksum(
    con: duckdb.DuckDBPyConnection, table: str, month: Month, version: int
) -> tuple[int, str | None]:
    where = f"legal_entity = '{month.legal_entity}' and period = date '{month.period}' and version = {version}"
    return next(iter(closing.checksum(con, table, where).values()), (0, None))


def _append(
    con: duckdb.DuckDBPyConnection,
    action: str,
    month: Month,
    version: int,
    by: str,
    reason: str | None,
    *written: object,
) -> None:
    con.execute(
        f"""insert into {closing.SCHEMA}.closes
        select ?, ?, ?, ?, ?, ?, ?, as_of, ?, ?, ?, ?, ? from raw_group.run_context""",
        [
            *(action, month.legal_entity, month.period, version, by, reason),
            datetime.now(UTC).replace(tzinfo=None),
            *written,
        ],
    )


def _net_sales(con: duckdb.DuckDBPyConnection, month: Month, version: int) -> str:
    found = con.execute(
        f"""select value, currency from {closing.SCHEMA}.frozen_values
        where legal_entity = ? and period = ? and version = ? and metric = 'net_sales'
            and dimension = 'legal_entity'""",
        [month.legal_entity, month.period, version],
    ).fetchone()
    return f"{found[0]:,.2f} {found[1]}" if found else "none"
