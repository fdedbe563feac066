"""How much money a table holds, for whoever looks at its asset: sums by currency, never across."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import dagster as dg
import duckdb

import ingestion
from ingestion.tables import column_name
from ingestion.types import money

MONEY = "DECIMAL(38,4)"
Money = dict[str, dg.TableMetadataValue]


def of_table(con: duckdb.DuckDBPyConnection, schema: str, table: str, group_currency: str) -> Money:
    """Metadata `money`: a row per money column and currency; nothing for a table without money.

    Columns ending in `_group` are in the group's currency, others in that of `currency` beside them;
    a presentment or settlement amount, whose currency is another column's, is left out.
    """
    columns = dict(
        con.execute(
            "select column_name, data_type from duckdb_columns()"
            " where schema_name = ? and table_name = ? order by column_index",
            [schema, table],
        ).fetchall()
    )
    rows = [
        *_sums(con, schema, table, _group_columns(columns), f"'{group_currency}'"),
        *(
            _sums(con, schema, table, _own_columns(columns), "currency")
            if "currency" in columns
            else []
        ),
    ]
    return _table(rows)


def of_loads(warehouse: Path, system: str, load_ids: Sequence[str]) -> dict[str, Money]:
    """Raw table -> the money of the versions these loads brought: its headline amount, by currency.

    The headline is what its source names for dead letters; one in minor units has no total here.
    """
    totals: dict[str, Money] = {}
    if not load_ids:
        return totals  # and there may be no warehouse yet
    with duckdb.connect(str(warehouse), read_only=True) as con:
        for table in ingestion.source_of(system).TABLES:
            amount = table.amount
            if not table.landed or amount is None or table.columns.get(amount) is not money:
                continue
            beside = {f"{amount.rpartition('.')[0]}.currencyCode", "currency"} & set(table.columns)
            if not beside:
                continue
            currency = column_name(beside.pop())
            found = con.execute(
                f'select {currency}, sum({column_name(amount)}) from raw_{system}."{table.name}"'
                " where list_contains(?, _dlt_load_id) group by all",
                [list(load_ids)],
            ).fetchall()
            totals[table.name] = _table([(amount, of or "none", total) for of, total in found])
    return totals


def _table(rows: Sequence[tuple[str, str, object]]) -> Money:
    if not rows:
        return {}
    records = [
        dg.TableRecord({"column": column, "currency": currency, "total": str(total)})
        for column, currency, total in sorted(rows, key=lambda row: row[:2])
    ]
    return {"money": dg.MetadataValue.table(records)}


def _group_columns(columns: Mapping[str, str]) -> list[str]:
    return [name for name, kind in columns.items() if kind == MONEY and name.endswith("_group")]


def _own_columns(columns: Mapping[str, str]) -> list[str]:
    foreign = ("_group", "_presentment", "_settlement", "settlement_amount")
    return [
        name
        for name, kind in columns.items()
        if kind == MONEY and "amount" in name and not name.endswith(foreign)
    ]


def _sums(
    con: duckdb.DuckDBPyConnection,
    schema: str,
    table: str,
    columns: Iterable[str],
    currency: str,
) -> list[tuple[str, str, object]]:
    columns = list(columns)
    if not columns:
        return []
    sums = ", ".join(f'sum("{name}")' for name in columns)
    found = con.execute(
        f'select {currency} as currency, {sums} from {schema}."{table}" group by all'
    ).fetchall()
    return [
        (name, of or "none", total)
        for of, *totals in found
        for name, total in zip(columns, totals, strict=True)
        if total is not None
    ]
