"""The closing log and what restatements make of it, on states small enough to add up by hand."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from analysis import closing, metric_definitions, metrics, restatements
from analysis.closing import ClosingError
from orchestration import dbt_run
from tests.dbt_project import raw_tables

JULY = date(2026, 7, 1)
GMBH = ("nordlicht-gmbh", JULY, 1)


@pytest.fixture(scope="module")
def semantics() -> dict[str, Any]:
    return dbt_run.semantic_manifest()


@pytest.fixture
def log() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        closing.create(con)
        yield con


def report(con: duckdb.DuckDBPyConnection, *values: tuple[Any, ...]) -> None:
    """Metric, value, currency; of the entity unless (account) is said too."""
    for metric, value, currency, *account in values:
        row = {
            **dict(zip(("legal_entity", "period", "version"), GMBH, strict=True)),
            "metric": metric,
            "metric_version": 1,
            "fingerprint": "f",
            "currency": currency,
            "dimension": "account" if account else "legal_entity",
            "dimension_value": account[0] if account else "nordlicht-gmbh",
            "value": Decimal(value),
            "coverage": Decimal(1),
            "audit_status": "passed",
        }
        con.register("one", pa.Table.from_pylist([row], schema=closing.FROZEN_VALUES))
        con.execute("insert into raw_closing.frozen_values by name select * from one")
        con.unregister("one")


def states(con: duckdb.DuckDBPyConnection, *rows: tuple[int, str, str, int]) -> None:
    """State, account, gross sales and orders of a day in July; every other amount is 0."""
    names = ("discounts", "returns", "shipping", "duties", "fees", "tax", "tips", "gift_cards_sold")
    zeros = ", ".join(f"0::decimal(38, 4) as {name}_amount_group" for name in names)
    con.execute("create schema intermediate")
    listed = ", ".join(f"({state}, '{of}', {gross}, {orders})" for state, of, gross, orders in rows)
    con.execute(
        f"""create table intermediate.int_closed_days__restated as
        select state, ['definition', 'deleted', 'rate'][state + 1] as cause, account,
            'nordlicht-gmbh' as legal_entity, date '2026-07-03' as "date", 'EUR' as currency, {zeros},
            gross::decimal(38, 4) as gross_sales_amount_group, gross::decimal(38, 4) as gross_sales_amount,
            0::decimal(38, 4) as discounts_amount, 0::decimal(38, 4) as returns_amount,
            orders::bigint as orders_count, 1::bigint as ledger_rows_count, 1::bigint as converted_rows_count,
            'nordlicht-gmbh|2026-07-01|1|' || state as state_of_entity,
            'nordlicht-gmbh|2026-07-01|1|' || state || '|' || account as state_of_account
        from (values {listed}) as t(state, account, gross, orders)"""
    )


def test_causes_sum_to_the_difference_of_sums_and_of_ratios(
    log: duckdb.DuckDBPyConnection, semantics: dict[str, Any]
):
    report(
        log,
        *(("net_sales", "100", "EUR"), ("orders", "4", None), ("average_order_value", "25", "EUR")),
        ("net_sales", "100", "EUR", "de"),
    )
    # By today's definition it would have been 99; an order was deleted; its rates went up.
    states(log, (0, "de", "99", 4), (1, "de", "60", 3), (2, "de", "66", 3), (2, "new", "10", 0))
    found = restatements.evaluate(semantics, log, "EUR").to_pylist()
    moved = {}
    for row in found:
        key = row["metric"], row["dimension_value"]
        moved.setdefault(key, {})[row["cause"]] = row["difference"]
    assert moved["net_sales", "nordlicht-gmbh"] == {
        "definition": Decimal(-1),
        "deleted": Decimal(-39),
        "rate": Decimal(16),
    }
    assert moved["orders", "nordlicht-gmbh"] == {"deleted": Decimal(-1)}
    assert moved["average_order_value", "nordlicht-gmbh"] == {
        "definition": Decimal("-0.25"),
        "deleted": Decimal("-4.75"),
        "rate": Decimal("5.3333"),
    }
    assert moved["net_sales", "new"] == {"rate": Decimal(10)}, "nothing was reported of it"
    assert {metric for metric, _ in moved} == {"net_sales", "orders", "average_order_value"}
    for row in found:
        causes = moved[row["metric"], row["dimension_value"]].values()
        assert sum(causes) == row["current"] - (row["as_reported"] or 0)


def test_what_didnt_move_has_no_row(log: duckdb.DuckDBPyConnection, semantics: dict[str, Any]):
    report(log, ("net_sales", "100", "EUR"), ("net_sales", "100", "EUR", "de"))
    states(log, (0, "de", "100", 4), (1, "de", "100", 4), (2, "de", "100", 4))
    assert restatements.evaluate(semantics, log, "EUR").num_rows == 0


def write_close(con: duckdb.DuckDBPyConnection) -> None:
    count, checksum = closing.checksum(con, "frozen_values")[GMBH]
    moment = datetime(2026, 8, 3)
    con.execute(
        "insert into raw_closing.closes values ('close', ?, ?, ?, 'lead', null, ?, ?, 'run', 0, null, ?, ?)",
        [*GMBH, moment, moment, count, checksum],
    )


def test_a_checksum_knows_no_order_but_every_cent(log: duckdb.DuckDBPyConnection):
    report(log, ("net_sales", "100", "EUR"), ("orders", "4", None))
    write_close(log)
    log.execute(
        """create or replace table raw_closing.frozen_values as
        select * from raw_closing.frozen_values order by metric desc"""
    )
    closing.verify(log)
    log.execute("update raw_closing.frozen_values set value = 100.0001 where metric = 'net_sales'")
    with pytest.raises(
        ClosingError, match="nordlicht-gmbh 2026-07 version 1 isn't what was written"
    ):
        closing.verify(log)


def test_a_value_that_was_removed_is_noticed_too(log: duckdb.DuckDBPyConnection):
    report(log, ("net_sales", "100", "EUR"))
    write_close(log)
    log.execute("delete from raw_closing.frozen_values")
    with pytest.raises(ClosingError, match="isn't what was written"):
        closing.verify(log)


@pytest.mark.parametrize("sells_too", [None, "nordlicht-kk"])
def test_the_group_is_reported_once_every_entity_that_sells_has_closed(
    log: duckdb.DuckDBPyConnection, semantics: dict[str, Any], sells_too: str | None
):
    report(log, ("net_sales", "100", "EUR"), ("average_order_value", "25", "EUR"))
    rows = [
        {
            "grain": "month",
            "dimension": "legal_entity",
            "dimension_value": entity,
            "period_start": JULY,
        }
        for entity in ("nordlicht-gmbh", sells_too)
        if entity
    ]
    current = pa.Table.from_pylist(rows, schema=metrics.VALUES)
    found = list(closing.reported(log, metric_definitions.read(semantics), current))
    assert {row["basis"] for row in found} == {"as_reported"}
    of_group = [(row["metric"], row["value"]) for row in found if row["dimension"] == "all"]
    assert of_group == ([] if sells_too else [("net_sales", Decimal(100))]), "a ratio has no sum"


def test_the_log_is_what_dbt_reads():
    kinds = {
        "string": "string",
        "int64": "bigint",
        "date32[day]": "date",
        "timestamp[us]": "timestamp",
        "decimal128(38, 4)": "decimal(38,4)",
        "decimal128(18, 10)": "decimal(18,10)",
        "decimal128(9, 6)": "decimal(9,6)",
    }
    logs = {
        (closing.SCHEMA, table): {column.name: kinds[str(column.type)] for column in schema}
        for table, schema in closing.LOGS.items()
    }
    declared = raw_tables.sources()
    assert logs == {key: declared[key] for key in declared if key[0] == closing.SCHEMA}
